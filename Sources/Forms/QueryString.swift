/// Names and values as they stand behind the question mark of an address.
package enum QueryString {
  /// - Throws: ``FormFault`` for what is no UTF-8 behind percent signs.
  package static func fields(
    _ query: some StringProtocol
  ) throws(FormFault) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // What stands alone is a switch.
      let value = parts.count > 1 ? try decoded(parts[1]) : "true"
      fields.append((try decoded(parts[0]), value))
    }
    return fields
  }

  private static func decoded(_ text: some StringProtocol) throws(FormFault) -> String {
    var (bytes, rest) = ([UInt8](), Array(text.utf8)[...])
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst()?.hexadecimalDigit,
          let low = rest.popFirst()?.hexadecimalDigit
        else { throw FormFault("the query has a % without two digits") }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw FormFault("the query is no UTF-8")
    }
    return decoded
  }
}

extension UInt8 {
  fileprivate var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
