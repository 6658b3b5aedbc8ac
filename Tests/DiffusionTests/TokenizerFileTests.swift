import Testing

@testable import Diffusion

@Suite struct TokenizerFileTests {
  /// The smallest vocabulary: bytes, one merge, special tokens.
  private static func vocabulary(_ more: [(String, Int)] = [("ab", 512)]) -> [UInt8] {
    let letters = ByteAlphabet.order.map { ByteAlphabet.letters[Int($0)] }
    let tokens = (letters + letters.map { $0 + "</w>" }).enumerated().map { ($1, $0) }
    let special = [("<|startoftext|>", 600), ("<|endoftext|>", 601)]
    let members = (tokens + more + special).map { token, number in
      "\"" + token.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\": \(number)"
    }
    return Array(("{" + members.joined(separator: ",\n") + "}").utf8)
  }

  private func read(_ vocabulary: [UInt8], _ merges: String) throws -> TokenVocabulary {
    try TokenVocabulary(vocabulary: vocabulary, merges: Array(merges.utf8))
  }

  @Test(arguments: ["#version: 0.2\na b\n", "a b", "a b\r\n", "#version: 0.2\n\na b\n\n"])
  func readsMerges(_ merges: String) throws {
    let tokenizer = try CLIPTokenizer(read(Self.vocabulary(), merges))
    #expect(tokenizer.encode("abc") == [512, 66 + 256])
    #expect(tokenizer.encode("cab") == [66, 64, 65 + 256])
  }

  private static let badMerges: [(String, TokenizerError)] = [
    ("a", .badMerge(line: 1)), ("a b c", .badMerge(line: 1)), ("a  b", .badMerge(line: 1)),
    ("#version\na b\n x", .badMerge(line: 3)), ("a c", .missingToken("ac")),
    ("xy b", .missingToken("xy")), ("a b\na b", .repeatedMerge(line: 2)),
  ]

  @Test(arguments: badMerges) func refusesMerges(_ merges: String, _ error: TokenizerError) {
    #expect(throws: error) { try read(Self.vocabulary(), merges) }
    #expect(!error.description.contains("\n"))
  }

  private static let badVocabularies: [([(String, Int)], TokenizerError)] = [
    ([("ab", 512), ("ab", 513)], .repeatedToken("ab")),
    ([("ab", 512), ("ac", 512)], .repeatedNumber(512)),
    ([("ab", .max)], .numberTooLarge("ab", limit: 1 << 20)), ([], .missingToken("ab")),
  ]

  @Test(arguments: badVocabularies)
  func refusesVocabularies(_ more: [(String, Int)], _ error: TokenizerError) {
    #expect(throws: error) { try read(Self.vocabulary(more), "a b") }
  }

  @Test func refusesOtherFiles() throws {
    for text in ["", "[]", "{\"a\": -1}", "{\"a\": 1.5}", "{\"a\": \"b\"}"] {
      #expect(throws: TokenizerError.self) { try read(Array(text.utf8), "") }
    }
    #expect(throws: TokenizerError.missingToken("\u{100}")) { try read(Array("{}".utf8), "") }
    #expect(throws: TokenizerError.notUTF8) {
      try TokenVocabulary(vocabulary: Self.vocabulary(), merges: [0xff])
    }
    let large = [UInt8](repeating: 0x20, count: TokenVocabulary.maximumBytes + 1)
    #expect(throws: TokenizerError.tooLarge(limit: 1 << 24)) { try read(large, "") }
    #expect(throws: TokenizerError.missingToken("[PAD]")) {
      var special = SpecialTokens()
      special.padding = "[PAD]"
      _ = try CLIPTokenizer(read(Self.vocabulary(), "a b"), special: special)
    }
  }

  @Test func refusesDamagedCompression() throws {
    let file = storedGzip([UInt8](repeating: 0x61, count: 70_000))
    #expect(try decompressed(file, limit: 70_000).count == 70_000)
    #expect(throws: TokenizerError.tooLarge(limit: 69_999)) {
      try decompressed(file, limit: 69_999)
    }
    for length in stride(from: 0, to: file.count, by: 997) {
      #expect(throws: TokenizerError.badCompression) {
        try decompressed(Array(file[..<length]), limit: 1 << 20)
      }
    }
    var damaged = file
    damaged[5000] ^= 1
    #expect(throws: TokenizerError.badCompression) { try decompressed(damaged, limit: 1 << 20) }
  }

  @Test func specialTokensOfTheMapWin() throws {
    let configuration = """
      {"bos_token": {"content": "<s>", "special": true}, "pad_token": "<|endoftext|>",
       "model_max_length": 77, "tokenizer_class": "CLIPTokenizer", "unk_token": null}
      """
    let map = "{\"pad_token\": \"!\"}"
    let special = try SpecialTokens(parsing: [Array(configuration.utf8), Array(map.utf8)])
    #expect(special.start == "<s>" && special.padding == "!" && special.length == 77)
    #expect(special.unknown == "<|endoftext|>")
    for field in [
      "pad_token\": 3", "pad_token\": {}", "model_max_length\": 2", "pad_token\": \"\"",
    ] {
      #expect(throws: TokenizerError.self) {
        try SpecialTokens(parsing: [Array("{\"\(field)}".utf8)])
      }
    }
    let unlimited = Array("{\"model_max_length\": 1000000000000000019884624838656}".utf8)
    #expect(try SpecialTokens(parsing: [unlimited]).length == 77)
  }
}
