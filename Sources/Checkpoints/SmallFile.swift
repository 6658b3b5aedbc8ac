import Paths

/// Regular files that are read whole, such as configurations.
package enum SmallFile {
  /// The bytes of the file at `path`.
  /// - Parameter limit: larger files are refused.
  package static func bytes(path: Path, limit: Int) throws(SafetensorsError) -> [UInt8] {
    let file = try OpenFile(path: path)
    guard file.byteCount <= limit else { throw .fileTooLarge(bytes: file.byteCount, limit: limit) }
    var bytes = [UInt8](repeating: 0, count: file.byteCount)
    var failure: SafetensorsError?
    bytes.withUnsafeMutableBytes { memory in
      do throws(SafetensorsError) { try file.read(at: 0, into: memory) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }
}
