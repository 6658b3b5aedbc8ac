import Checkpoints
import Foundation
import JSON
import Language
import Paths
import Testing

/// Against PyPI `tokenizers` and `sentencepiece`: `tools/fixtures/llama_tokenizer.py` makes the
/// files.
@Suite struct LlamaTokenizerTests {
  private static func file(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: try url(name)))
  }

  private static func url(_ name: String) throws -> URL {
    try #require(Bundle.module.resourceURL)
      .appendingPathComponent("Fixtures/tokenizer").appendingPathComponent(name)
  }

  /// The vocabulary out of each of the files that may hold it.
  private static func vocabulary(_ name: String) throws -> LlamaVocabulary {
    switch name {
    case "tokenizer.json": try LlamaVocabulary(json: try file(name))
    case "tokenizer.model": try LlamaVocabulary(sentencePiece: try file(name))
    default: try LlamaVocabulary(metadata: try GGUFFile(path: Path(try url(name).path)).metadata)
    }
  }

  private static func rows() throws -> [(text: String?, tokens: [Int32], decoded: String)] {
    guard case .array(let rows) = try JSONValue(parsing: try file("strings.json")) else {
      throw LanguageError.damaged
    }
    return try rows.map { row in
      guard case .array(let fields) = row, fields.count == 3, case .array(let tokens) = fields[1],
        case .string(let decoded) = fields[2]
      else { throw LanguageError.damaged }
      var text: String?
      if case .string(let given) = fields[0] { text = given }
      let numbers = tokens.compactMap { token -> Int32? in
        if case .whole(let number) = token { Int32(number) } else { nil }
      }
      return (text, numbers, decoded)
    }
  }

  @Test(arguments: ["tokenizer.json", "tokenizer.model", "vocabulary.gguf"])
  func agreesWithPyPI(_ name: String) throws {
    let tokenizer = LlamaTokenizer(try Self.vocabulary(name))
    #expect(tokenizer.vocabulary.start == 1 && tokenizer.vocabulary.end == 2)
    for (text, tokens, decoded) in try Self.rows() {
      if let text { #expect(tokenizer.encode(text) == tokens, "\(text.debugDescription)") }
      #expect(Array(tokenizer.decode(tokens).utf8) == Array(decoded.utf8), "\(tokens)")
    }
  }

  /// Nothing that a text says begins or ends it.
  @Test func textsHoldNoSpecialTokens() throws {
    let tokenizer = LlamaTokenizer(try Self.vocabulary("tokenizer.json"))
    let tokens = tokenizer.encode("a</s><s>b<unk>")
    #expect(tokens.allSatisfy { $0 > 2 })
    #expect(tokenizer.decode(tokens) == "a</s><s>b<unk>")
  }

  /// Merges are not searched for anew after each one.
  @Test func longTextsAreEncoded() throws {
    let tokenizer = LlamaTokenizer(try Self.vocabulary("tokenizer.model"))
    let text = String(repeating: "photo of an image ", count: 2000)
    #expect(tokenizer.decode(tokenizer.encode(text)) == text)
  }

  @Test func refusesOtherTokenizers() throws {
    func refusal(_ json: String) -> LanguageError? {
      do throws(LanguageError) {
        _ = try LlamaVocabulary(json: Array(json.utf8))
        return nil
      } catch {
        return error
      }
    }
    let whole = String(decoding: try Self.file("tokenizer.json"), as: UTF8.self)
    #expect(refusal(whole) == nil)
    #expect(
      refusal(whole.replacingOccurrences(of: "byte_fallback\":true", with: "byte_fallback\":false"))
        == .unsupported("unknown characters do not become bytes"))
    #expect(
      refusal(whole.replacingOccurrences(of: "\"Prepend\"", with: "\"Append\""))
        == .unsupported("its way to spaces is another"))
    #expect(
      refusal(whole.replacingOccurrences(of: "\"BPE\"", with: "\"Unigram\""))
        == .unsupported("its model is not BPE"))
    #expect(
      refusal(whole.replacingOccurrences(of: "\"<0x41>\"", with: "\"<0x4>\""))
        == .missing("a token for every byte"))
    #expect(throws: LanguageError.self) { try LlamaVocabulary(json: Array("{}".utf8)) }
  }

  /// Cut anywhere, a protocol buffer is refused or lacks something.
  @Test func refusesTruncatedModels() throws {
    let whole = try Self.file("tokenizer.model")
    for size in stride(from: 0, to: whole.count, by: 97) {
      #expect(throws: LanguageError.self) {
        try LlamaVocabulary(sentencePiece: Array(whole[..<size]))
      }
    }
  }
}
