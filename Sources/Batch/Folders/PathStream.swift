import Glibc
import Images
import Paths
import Pictures

/// Paths of a list, one after the other, for as long as it is being written.
package struct PathStream: Sendable {
  /// Where paths end.
  package enum End: String, Sendable, CaseIterable {
    case lines, nul
  }

  private var bytes: StreamBytes
  private let end: End
  private var isAtStart = true

  /// Bytes of a path at most.
  private static let limit = 1 << 16

  /// - Parameter list: a file, or `-` for standard input.
  /// - Throws: ``LimpidError`` when it cannot be opened.
  package init(_ list: Path, endingWith end: End) throws(LimpidError) {
    self.end = end
    guard list != JobRequest.stream else {
      bytes = StandardInput.stream
      return
    }
    let descriptor = retrying { open(list.cString, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw LimpidError(.noInput, "\(list): \(String(cString: strerror(errno)))")
    }
    bytes = StreamBytes(list, on: descriptor)
  }

  /// Waits for the next path; nil at the end of the list.
  mutating func next() throws(LimpidError) -> Path? {
    let mark: UInt8 = end == .nul ? 0 : UInt8(ascii: "\n")
    while var (path, _) = try bytes.piece(before: mark, limit: Self.limit) {
      if isAtStart, path.starts(with: [0xEF, 0xBB, 0xBF]) { path.removeFirst(3) }
      isAtStart = false
      if end == .lines, path.last == UInt8(ascii: "\r") { path.removeLast() }
      if !path.isEmpty { return Path(bytes: path) }
    }
    return nil
  }
}
