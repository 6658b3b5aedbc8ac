import Glibc
import Images
import Paths
import Pictures

/// Frames that a stream has already.
package struct WrittenFrames: Sendable {
  package private(set) var count = 0
  /// The stream's first line with its end; empty before the first frame.
  var firstLine: [UInt8] = []

  private static let mark = Array("FRAME\n".utf8)

  package init() {}

  /// Counts the frames that a file begins with, cuts off what is behind the last whole one, and
  /// goes there.
  /// - Parameter descriptor: open for reading and writing.
  package init(of name: Path, in descriptor: Int32) throws(LimpidError) {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    if let line = Self.firstLine(of: descriptor),
      let header = try? FrameHeader(line.dropLast())
    {
      let length = Self.mark.count + header.frameBytes
      let whole = (size - line.count) / length
      count = (0..<whole).first { !Self.isFrame(at: line.count + $0 * length, descriptor) } ?? whole
      firstLine = count > 0 ? line : []
      try Self.cut(name, descriptor, to: count > 0 ? line.count + count * length : 0)
    } else {
      try Self.cut(name, descriptor, to: 0)
    }
  }

  private static func firstLine(of descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: FrameHeader.lineBytes)
    let count = retrying { pread(descriptor, &bytes, bytes.count, 0) }
    guard let end = bytes.prefix(max(count, 0)).firstIndex(of: 0x0A) else { return nil }
    return Array(bytes[...end])
  }

  private static func isFrame(at place: Int, _ descriptor: Int32) -> Bool {
    var bytes = mark.map { _ in UInt8(0) }
    return retrying { pread(descriptor, &bytes, bytes.count, place) } == bytes.count
      && bytes == mark
  }

  private static func cut(_ name: Path, _ descriptor: Int32, to length: Int) throws(LimpidError) {
    guard retrying({ ftruncate(descriptor, length) }) == 0,
      lseek(descriptor, length, SEEK_SET) == length
    else { throw LimpidError(.transfer, "\(name): \(String(cString: strerror(errno)))") }
  }
}
