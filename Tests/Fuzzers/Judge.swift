import FuzzTargets
import Glibc

/// Tells of many small files which are accepted.
enum Judge {
  static func run(_ target: FuzzTarget) {
    var length: UInt32 = 0
    while withUnsafeMutableBytes(of: &length, read) {
      var record = [UInt8](repeating: 0, count: Int(UInt32(littleEndian: length)))
      guard record.withUnsafeMutableBytes(read) else { return }
      print(record.withUnsafeBytes(target.accepts) ? "1" : "0")
    }
  }

  /// Fills the buffer; false at the end of standard input.
  private static func read(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    var filled = 0
    while filled < buffer.count {
      let count = Glibc.read(STDIN_FILENO, buffer.baseAddress! + filled, buffer.count - filled)
      guard count > 0 else { return false }
      filled += count
    }
    return true
  }
}
