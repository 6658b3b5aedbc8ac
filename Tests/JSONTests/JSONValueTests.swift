import JSON
import Testing

@Suite struct JSONValueTests {
  private static let values: [(String, JSONValue)] = [
    ("null", .null), (" true\n", .boolean(true)), ("false", .boolean(false)),
    ("0", .whole(0)), ("-0", .whole(0)), ("-12", .whole(-12)),
    ("9223372036854775807", .whole(.max)), ("9223372036854775808", .real(0x1p63)),
    ("0.5", .real(0.5)), ("-1e-3", .real(-0.001)), ("2E+2", .real(200)), ("1.0", .real(1)),
    ("Infinity", .real(.infinity)), ("-Infinity", .real(-.infinity)),
    ("\"a\\u00e9\\n\"", .string("aé\n")),
    ("[]", .array([])), ("[1, [2]]", .array([.whole(1), .array([.whole(2)])])),
    ("{}", .object([:])), ("{\"a\": {\"b\": null}}", .object(["a": .object(["b": .null])])),
  ]

  @Test(arguments: values) func reads(_ text: String, _ value: JSONValue) throws {
    #expect(try JSONValue(parsing: Array(text.utf8)) == value)
  }

  private static let refused: [(String, Int, JSONFault.Rule)] = [
    ("", 0, .ended(expected: "a number")), ("01", 0, .leadingZero), ("-01", 1, .leadingZero),
    ("1.", 2, .ended(expected: "a digit")), (".5", 0, .unexpected(0x2e, expected: "a number")),
    ("1e", 2, .ended(expected: "a digit")), ("+1", 0, .unexpected(0x2b, expected: "a number")),
    ("1e999", 0, .notFinite), ("NaN", 0, .unexpected(0x4e, expected: "a number")),
    ("nul", 3, .ended(expected: "'null'")), ("truth", 3, .unexpected(0x74, expected: "'true'")),
    ("1 2", 2, .unexpected(0x32, expected: "the end of the text")),
    ("[1,]", 3, .unexpected(0x5d, expected: "a number")),
    ("{\"a\":1,\"a\":2}", 11, .repeatedKey("a")),
    ("{\"a\":1,}", 7, .unexpected(0x7d, expected: "a string")),
    ("\"a", 2, .ended(expected: "the end of a string")), ("\"\\x\"", 2, .badEscape),
  ]

  @Test(arguments: refused) func refuses(_ text: String, _ offset: Int, _ rule: JSONFault.Rule) {
    #expect(throws: JSONFault(rule: rule, offset: offset)) {
      try JSONValue(parsing: Array(text.utf8))
    }
  }

  @Test func refusesDeepNesting() throws {
    let limit = JSONValue.maximumDepth
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(throws: Never.self) { try JSONValue(parsing: nested(limit)) }
    #expect(throws: JSONFault(rule: .tooDeep(limit: limit), offset: limit)) {
      try JSONValue(parsing: nested(100_000))
    }
  }

  /// Every prefix and every changed byte of a document gives a value or a fault, never a trap.
  @Test func survivesMutations() {
    let document = Array("{\"a\": [1, -2.5e3, \"x\\u0041\", {\"b\": null}], \"c\": true}".utf8)
    var readable = 0
    for offset in document.indices {
      for byte in UInt8.min...UInt8.max {
        var mutated = document
        mutated[offset] = byte
        if (try? JSONValue(parsing: mutated)) != nil { readable += 1 }
      }
      #expect(throws: JSONFault.self) { try JSONValue(parsing: Array(document[..<offset])) }
    }
    #expect(readable > document.count)
  }
}
