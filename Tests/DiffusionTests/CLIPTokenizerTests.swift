import Foundation
import Testing

@testable import Diffusion

/// The tokenizer against the fast CLIP tokenizer of transformers: `tools/fixtures/tokenizer.py`
/// makes the vocabulary and what is expected of 10,000 strings.
@Suite struct CLIPTokenizerTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: fixture("tokenizer/\(name)")))
  }

  private static func vocabulary() throws -> TokenVocabulary {
    try TokenVocabulary(vocabulary: bytes("vocab.json"), merges: bytes("merges.txt"))
  }

  private static func tokenizer(padding: String = "<|endoftext|>") throws -> CLIPTokenizer {
    var special = SpecialTokens()
    special.padding = padding
    return try CLIPTokenizer(vocabulary(), special: special)
  }

  private struct Expected {
    let text: String
    let tokens: [Int32]
  }

  private static func strings() throws -> [Expected] {
    var rest = try decompressed(bytes("strings.gz"), limit: 1 << 24)[...]
    func number() -> Int { Int(rest.removeFirst()) | Int(rest.removeFirst()) << 8 }
    var strings: [Expected] = []
    while !rest.isEmpty {
      let length = number()
      let text = String(decoding: rest.prefix(length), as: UTF8.self)
      rest = rest.dropFirst(length)
      let count = number()
      strings.append(Expected(text: text, tokens: (0..<count).map { _ in Int32(number()) }))
    }
    return strings
  }

  @Test func encodesTenThousandStrings() throws {
    let tokenizer = try Self.tokenizer()
    let strings = try Self.strings()
    #expect(strings.count == 10_000)
    for expected in strings {
      #expect(
        tokenizer.encode(expected.text) == expected.tokens, "\(expected.text.debugDescription)")
    }
  }

  @Test func readsTheOriginalVocabulary() throws {
    let header = Array("bpe_simple_vocab_16e6\n".utf8)
    let merges = try Self.bytes("merges.txt").drop { $0 != 0x0a }.dropFirst()
    let original = try CLIPTokenizer(TokenVocabulary(compressed: compressed(header + merges)))
    let tokenizer = try Self.tokenizer()
    for expected in try Self.strings().prefix(500) {
      #expect(original.encode(expected.text) == expected.tokens)
    }
    #expect(original.start == tokenizer.start && original.end == tokenizer.end)
  }

  @Test func padsSequences() throws {
    let tokenizer = try Self.tokenizer()
    let sequence = tokenizer.sequence("a photo")
    #expect(sequence.tokens.count == 77)
    #expect(sequence.tokens[0] == tokenizer.start)
    #expect(Array(sequence.tokens[1..<sequence.used - 1]) == tokenizer.encode("a photo"))
    #expect(sequence.tokens[(sequence.used - 1)...].allSatisfy { $0 == tokenizer.end })
    let exclamation = try Self.tokenizer(padding: "!")
    let padded = exclamation.sequence("a photo!")
    #expect(padded.tokens[padded.used - 1] == exclamation.end)
    #expect(padded.tokens[padded.used...].allSatisfy { $0 == 0 })
    // The padding is a special token: it has no word end in the text either.
    #expect(padded.tokens[padded.used - 2] == 0)
    #expect(tokenizer.encode("!") == [256])
  }

  @Test func cutsAndChunksLongPrompts() throws {
    let tokenizer = try Self.tokenizer()
    let text = String(repeating: "7", count: 160)
    let tokens = tokenizer.encode(text)
    #expect(tokens.count == 160)
    let cut = tokenizer.sequence(text)
    #expect(cut.used == 77 && cut.tokens.last == tokenizer.end)
    let chunks = tokenizer.sequences(text)
    #expect(chunks.map(\.used) == [77, 77, 12])
    #expect(chunks.flatMap { $0.tokens[1..<$0.used - 1] } == tokens)
    #expect(tokenizer.sequences("a", atLeast: 3).map(\.used) == [3, 2, 2])
    #expect(tokenizer.sequences("").map(\.used) == [2])
  }

  /// Encoding takes about n log n: a megabyte without a space ends in seconds.
  @Test func encodesAVeryLongWord() throws {
    let tokens = try Self.tokenizer().encode(String(repeating: "restoration", count: 100_000))
    #expect(tokens.count == 100_000)
  }

  private func compressed(_ bytes: [UInt8]) -> [UInt8] { storedGzip(bytes) }
}
