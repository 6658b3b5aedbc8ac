import CCrypto
import Glibc
import Images
import Paths

/// SHA-256, in lower-case hexadecimal where nothing else is said.
package enum Digest {
  package static func of(_ bytes: some Sequence<UInt8>) -> String { of(Array(bytes)) }

  package static func of(_ bytes: [UInt8]) -> String { hexadecimal(raw(of: bytes)) }

  /// The 32 bytes themselves.
  package static func raw(of bytes: [UInt8]) -> [UInt8] {
    let hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }

  /// Of a file's contents; nil when it cannot be read to its end.
  package static func ofFile(_ path: Path) -> String? {
    let descriptor = retrying { open(path.cString, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let hash = SHA256()
    var block = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = block.withUnsafeMutableBytes { block in
        retrying { read(descriptor, block.baseAddress, block.count) }
      }
      guard count >= 0 else { return nil }
      guard count > 0 else { return hexadecimal(hash.finish()) }
      block.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

/// A hash under way.
private final class SHA256 {
  private let context: OpaquePointer

  init() {
    context = EVP_MD_CTX_new()
    ensure(EVP_DigestInit_ex(context, EVP_sha256(), nil))
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    ensure(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    ensure(EVP_DigestFinal_ex(context, &digest, nil))
    return digest
  }

  /// Memory alone can run out here.
  private func ensure(_ status: Int32) {
    guard status == 1 else { preconditionFailure("libcrypto has no SHA-256") }
  }
}
