import Checkpoints

extension LlamaVocabulary {
  /// Kinds of pieces as the numbers of `tokenizer.model` and of `tokenizer.ggml.token_type`.
  enum Kind: Int {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// Reads the vocabulary in a GGUF file's metadata.
  package init(metadata: [String: GGUFValue]) throws(LanguageError) {
    let name = { (key: String) in "tokenizer.ggml.\(key)" }
    guard metadata[name("model")] == .string("llama") else {
      throw .unsupported("it is not of SentencePiece")
    }
    guard case .strings(let texts)? = metadata[name("tokens")],
      case .reals(let scores)? = metadata[name("scores")],
      case .wholes(let kinds)? = metadata[name("token_type")],
      texts.count == scores.count, texts.count == kinds.count
    else { throw .missing("a score and a type for every token") }
    guard metadata[name("add_space_prefix")] ?? .boolean(true) == .boolean(true) else {
      throw .unsupported("texts do not begin with a space")
    }
    func token(_ key: String, _ usual: Int) -> Int {
      if case .whole(let number)? = metadata[name(key)] { number } else { usual }
    }
    try self.init(
      texts.map { Array($0.utf8) }, scores.map { Float($0) }, kinds,
      start: token("bos_token_id", 1), end: token("eos_token_id", 2))
  }

  /// Pieces with scores and the numbers of their kinds.
  init(
    _ texts: [[UInt8]], _ scores: [Float], _ kinds: [Int], start: Int, end: Int
  ) throws(LanguageError) {
    guard texts.count <= Self.maximumTokens else {
      throw .tooLarge(what: "pieces", limit: Self.maximumTokens)
    }
    var pieces: [Piece] = []
    for (text, kind) in zip(texts, kinds) {
      switch Kind(rawValue: kind) {
      case .normal: pieces.append(.text(text))
      case .byte:
        guard let byte = Self.byte(String(decoding: text, as: UTF8.self)) else {
          throw .missing("a byte in a piece of one")
        }
        pieces.append(.byte(byte))
      case .unknown, .control, .userDefined, .unused: pieces.append(.control)
      case nil: throw .unsupported("a piece is of kind \(kind)")
      }
    }
    try self.init(pieces, start: start, end: end) { tokens throws(LanguageError) in
      Self.merges(scores: scores, of: tokens)
    }
  }
}
