import Tensors

/// A JSON value that keeps the order of its members.
enum JSON: Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([(String, JSON)])

  /// On one line. JSON has no infinities and no NaN: they are written as the largest double with
  /// the sign of the infinity, so that comparisons with a bound stay right.
  var encoded: String {
    switch self {
    case .null: "null"
    case .flag(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): Self.number(value)
    case .text(let value): Self.quoted(value)
    case .list(let values): "[" + values.map(\.encoded).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0)): \($1.encoded)" }.joined(separator: ", ") + "}"
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "\(Double.greatestFiniteMagnitude)" }
    let limit = Double.greatestFiniteMagnitude
    return "\(value.clamped(to: -limit...limit))"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\0"..<" ", "\u{7f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
