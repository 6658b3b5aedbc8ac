import Glibc

/// The parts of a body of `multipart/form-data` (RFC 7578).
package struct MultipartForm: Sendable {
  package struct Part: Sendable {
    package let name: String
    /// As the client calls it; nil for what is no file.
    package let fileName: String?
    package let content: ArraySlice<UInt8>
  }

  package let parts: [Part]

  /// More are refused.
  private static let most = 128
  /// Bytes of a part's headers.
  private static let largestHead = 4096

  /// - Parameter type: the value of `Content-Type`.
  /// - Returns: nil for a body of another type.
  /// - Throws: ``FormFault`` for a form that is not whole.
  package init?(_ type: String?, _ body: [UInt8]) throws(FormFault) {
    guard let type, HeaderValue(type).word == "multipart/form-data" else { return nil }
    guard let boundary = HeaderValue(type)["boundary"], (1...70).contains(boundary.utf8.count)
    else { throw Self.malformed }
    var (parts, rest) = ([Part](), body[...])
    let mark = Array("--\(boundary)".utf8)
    guard let start = rest.place(of: mark) else { throw Self.malformed }
    rest = rest[(start + mark.count)...]
    let delimiter = Array("\r\n".utf8) + mark
    while !rest.starts(with: Array("--".utf8)) {
      guard parts.count < Self.most, rest.starts(with: Array("\r\n".utf8)),
        let end = rest.dropFirst(2).place(of: delimiter)
      else { throw Self.malformed }
      parts.append(try Part(rest[(rest.startIndex + 2)..<end]))
      rest = rest[(end + delimiter.count)...]
    }
    self.parts = parts
  }

  fileprivate static let malformed = FormFault(
    "the form is not multipart/form-data as RFC 7578 has it")

  /// Where the head of a part ends.
  fileprivate static func headEnd(_ part: ArraySlice<UInt8>) -> Int? {
    part.prefix(largestHead).place(of: Array("\r\n\r\n".utf8))
  }
}

extension MultipartForm.Part {
  /// - Parameter bytes: what stands between two boundaries.
  fileprivate init(_ bytes: ArraySlice<UInt8>) throws(FormFault) {
    guard let end = MultipartForm.headEnd(bytes),
      let head = String(validating: bytes[..<end], as: UTF8.self)
    else { throw MultipartForm.malformed }
    let lines = head.split(separator: "\r\n").map { $0.split(separator: ":", maxSplits: 1) }
    let line = lines.first { $0.count == 2 && $0[0].lowercased() == "content-disposition" }
    guard let value = line.map({ HeaderValue($0[1]) }), value.word == "form-data",
      let name = value["name"]
    else { throw MultipartForm.malformed }
    (self.name, fileName) = (name, value["filename"])
    content = bytes[(end + 4)...]
  }
}

extension ArraySlice<UInt8> {
  /// Where `pattern`, which is not empty, begins; nil where it is not.
  func place(of pattern: [UInt8]) -> Int? {
    guard count >= pattern.count, let head = pattern.first else { return nil }
    return withUnsafeBytes { bytes in
      pattern.withUnsafeBytes { pattern in
        let (text, last) = (bytes.baseAddress!, bytes.count - pattern.count)
        var place = 0
        while place <= last, let found = memchr(text + place, Int32(head), last - place + 1) {
          place = UnsafeRawPointer(found) - text
          if memcmp(found, pattern.baseAddress!, pattern.count) == 0 { return startIndex + place }
          place += 1
        }
        return nil
      }
    }
  }
}
