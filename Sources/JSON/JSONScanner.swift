/// Reads JSON (RFC 8259) token by token: objects, arrays, strings and numbers.
///
/// The caller asks for what the format prescribes at each point, so nothing recurses and anything
/// nested deeper than the format is refused as unexpected. Every byte is read through ``peek()``.
package struct JSONScanner {
  let bytes: [UInt8]
  /// Offset of the next byte; never above the count of bytes.
  package internal(set) var offset = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte, or nil at the end.
  package func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Skips the next byte if it is this one.
  package mutating func consume(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  /// Skips whitespace and then a byte that must be there.
  package mutating func expect(_ character: Unicode.Scalar) throws(JSONFault) {
    skipWhitespace()
    guard consume(UInt8(ascii: character)) else { throw unexpected("'\(character)'") }
  }

  /// Skips whitespace and makes sure that nothing follows it.
  package mutating func expectEnd() throws(JSONFault) {
    skipWhitespace()
    guard peek() == nil else { throw unexpected("the end of the text") }
  }

  /// Moves to the next member of the object whose `index` members were read, and returns its key;
  /// nil when the object ends.
  package mutating func member(after index: Int) throws(JSONFault) -> String? {
    guard try !ends("}", after: index) else { return nil }
    let key = try string()
    try expect(":")
    return key
  }

  /// Moves to the next element of the array whose `index` elements were read; false at its end.
  package mutating func element(after index: Int) throws(JSONFault) -> Bool {
    try !ends("]", after: index)
  }

  private mutating func ends(
    _ close: Unicode.Scalar, after index: Int
  ) throws(JSONFault) -> Bool {
    skipWhitespace()
    if consume(UInt8(ascii: close)) { return true }
    if index > 0, !consume(UInt8(ascii: ",")) { throw unexpected("',' or '\(close)'") }
    return false
  }

  /// Reads a number without sign, fraction, exponent or leading zero.
  package mutating func wholeNumber() throws(JSONFault) -> Int {
    skipWhitespace()
    let start = offset
    var value = 0
    while let digit = peek(), (0x30...0x39).contains(digit) {
      let (tens, tooManyTens) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = tens.addingReportingOverflow(Int(digit &- 0x30))
      guard !tooManyTens, !tooLarge else { throw fault(.tooLarge) }
      guard offset == start || bytes[start] != 0x30 else { throw fault(.leadingZero) }
      value = sum
      offset += 1
    }
    switch peek() {
    case UInt8(ascii: "-") where offset == start: throw fault(.negative)
    case _ where offset == start: throw unexpected("a number")
    case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): throw fault(.notWhole)
    default: return value
    }
  }

  /// Reads a string.
  package mutating func string() throws(JSONFault) -> String {
    skipWhitespace()
    guard consume(UInt8(ascii: "\"")) else { throw unexpected("a string") }
    let start = offset
    var decoded: [UInt8] = []
    var copied = start
    var isASCII = true
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        defer { offset += 1 }
        let rest = bytes[copied..<offset]
        if isASCII, copied == start { return String(decoding: rest, as: UTF8.self) }
        guard let text = String(validating: decoded + rest, as: UTF8.self) else {
          throw fault(.notUTF8, at: start)
        }
        return text
      case UInt8(ascii: "\\"):
        decoded += bytes[copied..<offset]
        offset += 1
        try escape(into: &decoded)
        copied = offset
      case 0..<0x20:
        throw fault(.controlCharacter)
      default:
        isASCII = isASCII && byte < 0x80
        offset += 1
      }
    }
    throw unexpected("the end of a string")
  }

  /// Reads what follows a backslash and appends its UTF-8.
  private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
    switch peek() {
    case UInt8(ascii: "\""): text.append(0x22)
    case UInt8(ascii: "\\"): text.append(0x5c)
    case UInt8(ascii: "/"): text.append(0x2f)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      offset += 1
      text += UTF8.encode(try unicodeEscape()) ?? UTF8.encodedReplacementCharacter
      return
    default: throw fault(.badEscape)
    }
    offset += 1
  }

  /// Reads the four digits after `\u`, and the low half after a high surrogate.
  private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
    let unit = try fourDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u"))
    else { throw fault(.loneSurrogate) }
    let low = try fourDigits()
    guard UTF16.isTrailSurrogate(low) else { throw fault(.loneSurrogate) }
    return UTF16.decode(UTF16.EncodedScalar([unit, low]))
  }

  private mutating func fourDigits() throws(JSONFault) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch peek() {
      case let byte? where (0x30...0x39).contains(byte): digit = byte &- 0x30
      case let byte? where (0x41...0x46).contains(byte): digit = byte &- 0x37
      case let byte? where (0x61...0x66).contains(byte): digit = byte &- 0x57
      default: throw fault(.badEscape)
      }
      value = value << 4 | UInt16(digit)
      offset += 1
    }
    return value
  }

  /// Skips spaces, tabs and line ends.
  mutating func skipWhitespace() {
    while let byte = peek(), byte == 0x20 || (0x09...0x0a).contains(byte) || byte == 0x0d {
      offset += 1
    }
  }

  func fault(_ rule: JSONFault.Rule, at position: Int? = nil) -> JSONFault {
    JSONFault(rule: rule, offset: position ?? offset)
  }

  func unexpected(_ expected: String) -> JSONFault {
    guard let byte = peek() else { return fault(.ended(expected: expected)) }
    return fault(.unexpected(byte, expected: expected))
  }
}
