/// A JSON document in memory, for configuration files.
///
/// Reading is strict: no repeated keys, nothing after the value, no more than
/// ``maximumDepth`` levels. Whole numbers keep their value; others are 64-bit floating point.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case whole(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package static let maximumDepth = 32

  /// Reads a whole document.
  package init(parsing bytes: [UInt8]) throws(JSONFault) {
    var scanner = JSONScanner(bytes)
    self = try scanner.value()
    try scanner.expectEnd()
  }
}

extension JSONScanner {
  /// Reads a value of any kind.
  package mutating func value() throws(JSONFault) -> JSONValue { try value(depth: 0) }

  private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
    skipWhitespace()
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    default:
      if try literal("null") { return .null }
      if try literal("true") { return .boolean(true) }
      if try literal("false") { return .boolean(false) }
      return try number()
    }
  }

  private mutating func members(depth: Int) throws(JSONFault) -> [String: JSONValue] {
    try enter(depth)
    try expect("{")
    var members: [String: JSONValue] = [:]
    while let key = try member(after: members.count) {
      guard members[key] == nil else { throw fault(.repeatedKey(key)) }
      members[key] = try value(depth: depth + 1)
    }
    return members
  }

  private mutating func elements(depth: Int) throws(JSONFault) -> [JSONValue] {
    try enter(depth)
    try expect("[")
    var elements: [JSONValue] = []
    while try element(after: elements.count) { elements.append(try value(depth: depth + 1)) }
    return elements
  }

  private func enter(_ depth: Int) throws(JSONFault) {
    guard depth < JSONValue.maximumDepth else {
      throw fault(.tooDeep(limit: JSONValue.maximumDepth))
    }
  }
}
