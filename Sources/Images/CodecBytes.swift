import CodecShims
import Glibc

extension [UInt8] {
  /// A copy of bytes that belong to a reader.
  init(_ span: limpid_span) {
    self.init(UnsafeBufferPointer(start: span.data, count: span.size))
  }

  /// Takes over an encoder's bytes, which it frees.
  init(consuming bytes: limpid_bytes) {
    self.init(UnsafeBufferPointer(start: bytes.data, count: bytes.size))
    free(bytes.data)
  }

  /// Calls `body` with these bytes as the shims take them.
  func withSpan<Result>(_ body: (limpid_span) -> Result) -> Result {
    withUnsafeBufferPointer { body(limpid_span(data: $0.baseAddress, size: $0.count)) }
  }
}

/// The strings that a reader gives for 0, 1, 2... until it has no more.
func messages(_ at: (Int) -> UnsafePointer<CChar>?) -> [String] {
  var found: [String] = []
  while let text = at(found.count) { found.append(String(cString: text)) }
  return found
}

extension String {
  /// Decodes Latin-1, in which every byte is a character.
  init(latin1 bytes: some Sequence<UInt8>) {
    self.init(String.UnicodeScalarView(bytes.lazy.map { Unicode.Scalar($0) }))
  }

  /// Text of unknown encoding: UTF-8 where it is that, else Latin-1.
  static func of(_ bytes: [UInt8]) -> String {
    let text = bytes.filter { $0 != 0 }
    return String(validating: text, as: UTF8.self) ?? String(latin1: text)
  }
}

extension ImageError {
  /// The error for a decoder's status, nil for success.
  init?(_ status: limpid_status, _ format: ImageFormat, message: () -> String) {
    switch status {
    case LIMPID_OK: return nil
    case LIMPID_TRUNCATED: self = .truncated(format)
    case LIMPID_UNSUPPORTED: self = .unsupported("this kind of \(format) is not read: \(message())")
    case LIMPID_TOO_LARGE: self = .tooLarge(message())
    case LIMPID_NO_MEMORY: self = .outOfMemory
    default: self = .corrupt(format, message())
    }
  }
}
