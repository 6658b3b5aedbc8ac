extension JSONScanner {
  /// Reads any JSON number; also `Infinity` and `-Infinity`, which Python's `json` writes.
  package mutating func number() throws(JSONFault) -> JSONValue {
    skipWhitespace()
    let start = offset
    let isNegative = consume(UInt8(ascii: "-"))
    if try literal("Infinity") { return .real(isNegative ? -.infinity : .infinity) }
    guard skipDigits(leadingZero: false) else {
      if peek() == UInt8(ascii: "0") { throw fault(.leadingZero) }
      throw unexpected("a number")
    }
    var isWhole = true
    if consume(UInt8(ascii: ".")) {
      isWhole = false
      guard skipDigits(leadingZero: true) else { throw unexpected("a digit") }
    }
    if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
      isWhole = false
      if !consume(UInt8(ascii: "-")) { _ = consume(UInt8(ascii: "+")) }
      guard skipDigits(leadingZero: true) else { throw unexpected("a digit") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole, let whole = Int(text) { return .whole(whole) }
    guard let real = Double(text), real.isFinite else { throw fault(.notFinite, at: start) }
    return .real(real)
  }

  /// Skips this word if its first letter is next; a word that goes on otherwise is a fault.
  mutating func literal(_ word: StaticString) throws(JSONFault) -> Bool {
    let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard peek() == letters.first else { return false }
    for letter in letters where !consume(letter) { throw unexpected("'\(word)'") }
    return true
  }

  /// Skips a run of digits; false when there is none, or a zero stands before others.
  private mutating func skipDigits(leadingZero: Bool) -> Bool {
    let start = offset
    while let digit = peek(), (0x30...0x39).contains(digit) {
      if !leadingZero, offset == start + 1, bytes[start] == 0x30 {
        offset = start
        return false
      }
      offset += 1
    }
    return offset > start
  }
}
