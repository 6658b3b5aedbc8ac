import Checkpoints

private let complete = "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"

extension Refusal {
  /// Departures from the JSON subset.
  static let json: [Refusal] = [
    Refusal(" {}", .headerStart(0x20)),
    Refusal("[]", .headerStart(0x5b)),
    Refusal("{}\n", dataBytes: 0, .headerPadding(byte: 0x0a, offset: 2)),
    Refusal("{} {}", dataBytes: 0, .headerPadding(byte: 0x7b, offset: 3)),
    Refusal("{ |", in: .header, .ended(expected: "a string")),
    Refusal("{|,}", in: .header, .unexpected(0x2c, expected: "a string")),
    Refusal("{|a:1}", in: .header, .unexpected(0x61, expected: "a string")),
    Refusal("{\"a|", in: .header, .ended(expected: "the end of a string")),
    Refusal("{\"a\"|,1}", in: .header, .unexpected(0x2c, expected: "':'")),
    Refusal("{\"a\":|1}", .unexpected(0x31, expected: "'{'")),
    Refusal("{\"a\":|null}", .unexpected(0x6e, expected: "'{'")),
    Refusal("{\"a\":|[[[[[[[[", .unexpected(0x5b, expected: "'{'")),
    Refusal("{\(member("a"))|;", in: .header, .unexpected(0x3b, expected: "',' or '}'")),
    Refusal("{\(member("a")),|}", in: .header, .unexpected(0x7d, expected: "a string")),
    Refusal("{\(member("a"))|", in: .header, .ended(expected: "',' or '}'")),
    Refusal("{\"a\":{\"shape\":|1}}", .unexpected(0x31, expected: "'['")),
    Refusal("{\"a\":{\"shape\":[|[1]]}}", .unexpected(0x5b, expected: "a number")),
    Refusal("{\"a\":{\"shape\":[|\"1\"]}}", .unexpected(0x22, expected: "a number")),
    Refusal("{\"a\":{\"shape\":[|true]}}", .unexpected(0x74, expected: "a number")),
    Refusal("{\"a\":{\"shape\":[1,|]}}", .unexpected(0x5d, expected: "a number")),
    Refusal("{\"a\":{\"shape\":[1 |2]}}", .unexpected(0x32, expected: "',' or ']'")),
    Refusal("{\"a\":{\"shape\":[0|1]}}", .leadingZero),
    Refusal("{\"a\":{\"shape\":[0|0]}}", .leadingZero),
    Refusal("{\"a\":{\"shape\":[|-1]}}", .negative),
    Refusal("{\"a\":{\"shape\":[|-0]}}", .negative),
    Refusal("{\"a\":{\"shape\":[|+1]}}", .unexpected(0x2b, expected: "a number")),
    Refusal("{\"a\":{\"shape\":[1|.0]}}", .notWhole),
    Refusal("{\"a\":{\"shape\":[1|e2]}}", .notWhole),
    Refusal("{\"a\":{\"shape\":[0|E1]}}", .notWhole),
    Refusal("{\"a\":{\"shape\":[0|x10]}}", .unexpected(0x78, expected: "',' or ']'")),
    Refusal("{\"a\":{\"shape\":[922337203685477580|8]}}", .tooLarge),
    Refusal("{\"a\":{\"shape\":[1844674407370955161|6]}}", .tooLarge),
    Refusal("{\"a\":{\"data_offsets\":[0,999999999999999999|99999]}}", .tooLarge),
    Refusal("{\"a\":{\"dtype\":|32}}", .unexpected(0x33, expected: "a string")),
    Refusal("{\"a|\u{1}\":1}", in: .header, .controlCharacter),
    Refusal("{\"a|\n\":1}", in: .header, .controlCharacter),
    Refusal("{\"\\|x\":1}", in: .header, .badEscape),
    Refusal("{\"\\|'\":1}", in: .header, .badEscape),
    Refusal("{\"\\|U0041\":1}", in: .header, .badEscape),
    Refusal("{\"\\u00|g0\":1}", in: .header, .badEscape),
    Refusal("{\"\\u00|\":1}", in: .header, .badEscape),
    Refusal("{\"\\u|", in: .header, .badEscape),
    Refusal("{\"\\|", in: .header, .badEscape),
    Refusal("{\"\\udc00|\":1}", in: .header, .loneSurrogate),
    Refusal("{\"\\ud800|\":1}", in: .header, .loneSurrogate),
    Refusal("{\"\\ud800\\|n\":1}", in: .header, .loneSurrogate),
    Refusal("{\"\\ud800\\u0041|\":1}", in: .header, .loneSurrogate),
    Refusal("{\"\\ud800\\ud800|\":1}", in: .header, .loneSurrogate),
    Refusal("{\"__metadata__\":|null}", in: .metadata, .unexpected(0x6e, expected: "'{'")),
    Refusal(
      "{\"__metadata__\":{\"a\":|1}}", in: .metadata, .unexpected(0x31, expected: "a string")),
    Refusal(
      "{\"__metadata__\":{\"a\":|{}}}", in: .metadata, .unexpected(0x7b, expected: "a string")),
  ]

  /// Fields of a tensor.
  static let fields: [Refusal] = [
    Refusal(fields: "", .missingField("dtype")),
    Refusal(fields: "\"dtype\":\"F32\",\"data_offsets\":[0,4]", .missingField("shape")),
    Refusal(fields: "\"dtype\":\"F32\",\"shape\":[1]", .missingField("data_offsets")),
    Refusal(fields: "\(complete),\"x\":1", .unknownField("x")),
    Refusal(fields: "\"DTYPE\":\"F32\"", .unknownField("DTYPE")),
    Refusal(fields: "\(complete),\"dtype\":\"F32\"", .repeatedField("dtype")),
    Refusal(fields: "\"shape\":[1],\"\\u0073hape\":[1]", .repeatedField("shape")),
    Refusal(
      fields: "\"data_offsets\":[0,4],\"data_offsets\":[0,4]", .repeatedField("data_offsets")),
    Refusal(fields: "\"dtype\":\"f32\"", .unknownType("f32")),
    Refusal(fields: "\"dtype\":\"\"", .unknownType("")),
    Refusal(fields: "\"dtype\":\"F128\"", .unknownType("F128")),
    Refusal(fields: "\"shape\":[1,1,1,1,1,1,1,1,1]", .rank(limit: 8)),
    Refusal(fields: "\"data_offsets\":[]", .offsetCount),
    Refusal(fields: "\"data_offsets\":[0]", .offsetCount),
    Refusal(fields: "\"data_offsets\":[0,4,4]", .offsetCount),
    Refusal(fields: "\"data_offsets\":[4,0]", .offsetsReversed(begin: 4, end: 0)),
    Refusal("{\(member("a", "F32", "2", 0, 4))}", .tensor("a", .size(needed: 8, given: 4))),
    Refusal("{\(member("a", "F32", "", 0, 0))}", .tensor("a", .size(needed: 4, given: 0))),
    Refusal("{\(member("a", "F32", "0", 0, 4))}", .tensor("a", .size(needed: 0, given: 4))),
    Refusal("{\(member("a", "F16", "1", 0, 4))}", .tensor("a", .size(needed: 2, given: 4))),
    Refusal("{\(member("a", "F4", "3", 0, 1))}", .tensor("a", .partialByte)),
    Refusal("{\(member("a", "F6_E3M2", "3", 0, 2))}", .tensor("a", .partialByte)),
    Refusal("{\(member("a", "U8", "4294967296,4294967296", 0, 0))}", .tensor("a", .countOverflow)),
    Refusal("{\(member("a", "F32", "\(Int.max)", 0, 4))}", .tensor("a", .countOverflow)),
    Refusal("{\(member("a", "U8", "\(1 << 60)", 0, 4))}", .tensor("a", .countOverflow)),
    Refusal(
      "{\(member("a", "F32", "0,4294967296,4294967296", 0, 0))}", .tensor("a", .countOverflow)),
    Refusal(
      "{\(member("a", "F32", "4294967296,4294967296,0", 0, 0))}", .tensor("a", .countOverflow)),
  ]

  /// Names and metadata keys.
  static let keys: [Refusal] = [
    Refusal("{\(member("a")),\(member("a", "F32", "1", 4, 8))}", key: "a", .repeated),
    Refusal("{\(member("a")),\(member("\\u0061"))}", key: "a", .repeated),
    Refusal(
      "{\(member("\u{e9}")),\(member("e\u{301}"))}", key: "e\u{301}",
      .equivalent(to: "\u{e9}")),
    Refusal(
      "{\(member("\\u00e9")),\(member("e\\u0301"))}", key: "e\u{301}",
      .equivalent(to: "\u{e9}")),
    Refusal("{\(member("K")),\(member("\u{212a}"))}", key: "\u{212a}", .equivalent(to: "K")),
    Refusal("{\(member(""))}", key: "", .empty),
    Refusal("{\(member(long(513)))}", key: long(513), .tooLong(bytes: 513, limit: 512)),
    Refusal("{\(member(marked))}", key: marked, .markRun(limit: 30)),
    Refusal("{\(member("a\\n"))}", key: "a\n", .unprintable),
    Refusal("{\(member("a\\u0000"))}", key: "a\0", .unprintable),
    Refusal("{\(member("a\u{7f}"))}", key: "a\u{7f}", .unprintable),
    Refusal("{\(member("a\u{202e}"))}", key: "a\u{202e}", .unprintable),
    Refusal("{\(member("a\u{a0}"))}", key: "a\u{a0}", .unprintable),
    Refusal("{\(member("a\u{e000}"))}", key: "a\u{e000}", .unprintable),
    Refusal("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", metadata: "a", .repeated),
    Refusal("{\"__metadata__\":{\"\":\"\"}}", metadata: "", .empty),
    Refusal("{\"__metadata__\":{\"\\t\":\"\"}}", metadata: "\t", .unprintable),
    Refusal(
      "{\"__metadata__\":{\"\u{e9}\":\"\",\"e\u{301}\":\"\"}}", metadata: "e\u{301}",
      .equivalent(to: "\u{e9}")),
    Refusal("{\"__metadata__\":{},\"__metadata__\":{}}", .repeatedMetadata),
    Refusal("{\"__metadata__\":{},\"\\u005f_metadata__\":{}}", .repeatedMetadata),
  ]

  /// How the tensors lie in the data.
  static let layout: [Refusal] = [
    Refusal("{\(member("a"))}", dataBytes: 5, .tail(bytes: 1)),
    Refusal("{}", dataBytes: 1, .tail(bytes: 1)),
    Refusal(
      "{\(member("a"))}", dataBytes: 3,
      .tensor("a", .beyondFile(end: 4, available: 3))),
    Refusal(
      "{\(member("a", "F32", "1", 4, 8))}", dataBytes: 8,
      .tensor("a", .gap(begin: 4, expected: 0))),
    Refusal(
      "{\(member("a")),\(member("b", "F32", "1", 6, 10))}", dataBytes: 10,
      .tensor("b", .gap(begin: 6, expected: 4))),
    Refusal(
      "{\(member("a")),\(member("b", "F32", "1", 2, 6))}", dataBytes: 6,
      .tensor("b", .overlap(begin: 2, expected: 4))),
    Refusal("{\(member("b")),\(member("a"))}", .tensor("a", .overlap(begin: 0, expected: 4))),
    Refusal(
      "{\(member("a")),\(member("b", "F32", "0", 2, 2))}",
      .tensor("b", .overlap(begin: 2, expected: 4))),
    Refusal(
      "{\(member("a", "F32", "0", .max, .max))}", dataBytes: 0,
      .tensor("a", .gap(begin: .max, expected: 0))),
    Refusal(
      "{\(member("a", "U8", "\(1 << 59)", 0, 1 << 59))}",
      .tensor("a", .beyondFile(end: 1 << 59, available: 4))),
  ]

  private init(_ text: String, key: String, _ fault: SafetensorsKeyFault) {
    self.init(text, .key(key, in: .tensor(key), fault))
  }

  private init(_ text: String, metadata key: String, _ fault: SafetensorsKeyFault) {
    self.init(text, .key(key, in: .metadata, fault))
  }

  private static let marked = "a" + String(repeating: "\u{301}", count: 31)

  private static func long(_ count: Int) -> String { String(repeating: "n", count: count) }
}
