import Crypto
import Glibc
import Images
import Paths

/// SHA-256 in lower-case hexadecimal.
package enum Digest {
  package static func of(_ bytes: some Sequence<UInt8>) -> String { of(Array(bytes)) }

  package static func of(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { buffer in
      var hash = SHA256()
      hash.update(bufferPointer: buffer)
      return hexadecimal(hash.finalize())
    }
  }

  /// Of a file's contents; nil when it cannot be read to its end.
  package static func ofFile(_ path: Path) -> String? {
    let descriptor = retrying { open(path.cString, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var hash = SHA256()
    var block = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = block.withUnsafeMutableBytes { block in
        retrying { read(descriptor, block.baseAddress, block.count) }
      }
      guard count >= 0 else { return nil }
      guard count > 0 else { return hexadecimal(hash.finalize()) }
      block.withUnsafeBytes {
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
    }
  }

  private static func hexadecimal(_ digest: SHA256Digest) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
