/// The text that stands for a path where only text can: in messages, JSON and ledgers.
///
/// It is the path's UTF-8, with `\xHH` in hexadecimal for each byte that is none. The backslash of
/// a name that has four such characters of its own is written `\x5C`, so that every text means one
/// path.
extension Path {
  package var text: String {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(Self.backslash)
    else { return escaped }
    return text
  }

  /// The path that a text stands for.
  package init(text: some StringProtocol) {
    let source = Array(text.utf8)
    var (bytes, place) = ([UInt8](), 0)
    while place < source.count {
      if let byte = Self.escape(in: source, at: place) {
        bytes.append(byte)
        place += 4
      } else {
        bytes.append(source[place])
        place += 1
      }
    }
    self.init(bytes: bytes)
  }

  private var escaped: String {
    var (text, place) = ("", 0)
    var (source, parser) = (bytes.makeIterator(), Unicode.UTF8.ForwardParser())
    while true {
      switch parser.parseScalar(from: &source) {
      case .valid(let scalar):
        let isEscape = Self.escape(in: bytes, at: place) != nil
        text += isEscape ? Self.escape(Self.backslash) : String(decoding: scalar, as: UTF8.self)
        place += scalar.count
      case .error(let length):
        text += bytes[place..<place + length].map(Self.escape).joined()
        place += length
      case .emptyInput: return text
      }
    }
  }

  private static let backslash = UInt8(ascii: #"\"#)

  private static func escape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return #"\x"# + (digits.utf8.count < 2 ? "0" : "") + digits
  }

  /// The byte that four characters stand for; nil where they are only themselves.
  private static func escape(in bytes: [UInt8], at place: Int) -> UInt8? {
    guard place + 4 <= bytes.count, bytes[place] == backslash,
      bytes[place + 1] == UInt8(ascii: "x"), let high = digit(bytes[place + 2]),
      let low = digit(bytes[place + 3])
    else { return nil }
    return high << 4 | low
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension Path: CustomStringConvertible {
  package var description: String { text }
}

/// As ``text``.
extension Path: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(text: try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
