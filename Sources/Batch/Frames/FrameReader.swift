import Images
import Paths
import Pictures

/// Frames of a YUV4MPEG2 stream, one after the other.
package struct FrameReader: Sendable {
  private let header: FrameHeader
  private let firstLine: [UInt8]
  private var bytes: StreamBytes
  private var number = 0

  /// What messages call the stream.
  var name: Path { bytes.name }

  /// Reads the stream's first line.
  package init(_ stream: StreamBytes) throws(LimpidError) {
    bytes = stream
    firstLine = try bytes.line(limit: FrameHeader.lineBytes) ?? []
    do throws(ImageError) {
      header = try FrameHeader(firstLine)
    } catch {
      throw LimpidError(error, subject: stream.name)
    }
  }

  /// The next frame as a file of its own; nil after the last.
  /// - Throws: ``LimpidError`` for a stream that ends within a frame or holds something else.
  package mutating func next() throws(LimpidError) -> [UInt8]? {
    guard let line = try bytes.line(limit: FrameHeader.lineBytes) else { return nil }
    number += 1
    guard line.starts(with: FrameHeader.frameMark) else {
      throw LimpidError(.failed, "\(name): something else is where frame \(number) should be")
    }
    var file = firstLine + [0x0A] + line + [0x0A]
    file.reserveCapacity(file.count + header.frameBytes)
    guard try bytes.append(header.frameBytes, to: &file) else {
      throw LimpidError(.failed, "\(name): it ends within frame \(number)")
    }
    return file
  }
}
