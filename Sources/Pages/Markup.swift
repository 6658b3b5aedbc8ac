/// Texts inside a page.
package enum Markup {
  /// A text between tags.
  package static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// A JSON string that ends no script, whatever it holds.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x20, 0x21, 0x23...0x3B, 0x3D...0x5B, 0x5D...0x7E:
        result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result + "\""
  }

  /// A part that is embedded.
  package static func part(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// A template whose `{{NAME}}` give way to parts; what is in those stays as it is.
  package static func filled(_ template: [UInt8], with parts: [String: [UInt8]]) -> [UInt8] {
    var (result, rest) = ([UInt8](), template[...])
    while let open = rest.firstRange(of: Array("{{".utf8)),
      let close = rest[open.upperBound...].firstRange(of: Array("}}".utf8))
    {
      let name = String(decoding: rest[open.upperBound..<close.lowerBound], as: UTF8.self)
      result += rest[..<open.lowerBound] + (parts[name] ?? [])
      rest = rest[close.upperBound...]
    }
    return result + rest
  }
}
