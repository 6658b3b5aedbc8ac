import Glibc
import Images
import Paths
import Pictures

/// Bytes of a stream, taken from its front.
package struct StreamBytes: Sendable {
  /// What messages call the stream.
  let name: Path
  private let descriptor: Int32
  /// Read, of which so many were taken.
  private var buffer: [UInt8] = []
  private var taken = 0

  /// - Parameter descriptor: open for reading, and left open.
  package init(_ name: Path, on descriptor: Int32) {
    (self.name, self.descriptor) = (name, descriptor)
  }

  /// Whether the stream goes on with `mark`, of which nothing is taken.
  package mutating func begins(with mark: [UInt8]) throws(LimpidError) -> Bool {
    var start: [UInt8] = []
    _ = try append(mark.count, to: &start)
    (buffer, taken) = (start + buffer[taken...], 0)
    return start == mark
  }

  /// Everything up to the stream's end.
  /// - Throws: ``LimpidError`` for more bytes than `limit`.
  package mutating func rest(limit: Int) throws(LimpidError) -> [UInt8] {
    var bytes: [UInt8] = []
    guard try !append(limit + 1, to: &bytes) else {
      throw LimpidError(.failed, "\(name): more than \(limit) bytes")
    }
    return bytes
  }

  /// The next line without its end; nil at the end of the stream.
  /// - Throws: ``LimpidError`` for a line of more bytes than `limit`.
  mutating func line(limit: Int) throws(LimpidError) -> [UInt8]? {
    guard let (line, isEnded) = try piece(before: UInt8(ascii: "\n"), limit: limit) else {
      return nil
    }
    guard isEnded else { throw LimpidError(.failed, "\(name): a line does not end") }
    return line
  }

  /// What comes before the next `mark`, or else before the stream's end; nil at that end.
  /// - Throws: ``LimpidError`` for more bytes than `limit`.
  mutating func piece(
    before mark: UInt8, limit: Int
  ) throws(LimpidError) -> (bytes: [UInt8], isEnded: Bool)? {
    var piece: [UInt8] = []
    while try hasMore() {
      let byte = buffer[taken]
      taken += 1
      if byte == mark { return (piece, true) }
      piece.append(byte)
      guard piece.count <= limit else {
        throw LimpidError(.failed, "\(name): a line does not end")
      }
    }
    return piece.isEmpty ? nil : (piece, false)
  }

  /// Appends so many bytes to `bytes`, or all that there are.
  /// - Returns: whether there were so many.
  mutating func append(_ count: Int, to bytes: inout [UInt8]) throws(LimpidError) -> Bool {
    var missing = count
    while missing > 0 {
      guard try hasMore() else { return false }
      let part = buffer[taken...].prefix(missing)
      bytes += part
      taken += part.count
      missing -= part.count
    }
    return true
  }

  /// Whether the stream goes on, which is found by reading.
  private mutating func hasMore() throws(LimpidError) -> Bool {
    guard taken == buffer.count else { return true }
    var block = [UInt8](repeating: 0, count: 1 << 18)
    let count = block.withUnsafeMutableBytes { block in
      retrying { read(descriptor, block.baseAddress, block.count) }
    }
    guard count >= 0 else {
      throw LimpidError(.transfer, "\(name): \(String(cString: strerror(errno)))")
    }
    block.removeLast(block.count - count)
    (buffer, taken) = (block, 0)
    return count > 0
  }
}
