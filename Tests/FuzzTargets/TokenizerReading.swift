import Diffusion

/// Reads the files of a tokenizer and encodes text with it.
enum TokenizerReading {
  /// - Parameter bytes: a gzip file of merges, or `vocab.json`, `merges.txt`,
  ///   `special_tokens_map.json` and a text with zero bytes between them.
  static func perform(_ bytes: [UInt8]) throws {
    if bytes.starts(with: [0x1F, 0x8B]) {
      try encode("a photo\u{301}", with: TokenVocabulary(compressed: bytes), SpecialTokens())
      return
    }
    let parts = bytes.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
    let part = { index in index < parts.count ? [UInt8](parts[index]) : [] }
    let special = part(2).isEmpty ? SpecialTokens() : try SpecialTokens(parsing: [part(2)])
    let vocabulary = try TokenVocabulary(vocabulary: part(0), merges: part(1))
    try encode(String(decoding: part(3), as: UTF8.self), with: vocabulary, special)
  }

  private static func encode(
    _ text: String, with vocabulary: TokenVocabulary, _ special: SpecialTokens
  ) throws {
    let tokenizer = try CLIPTokenizer(vocabulary, special: special)
    let sequence = tokenizer.sequence(text)
    precondition(sequence.tokens.count == tokenizer.length, "a sequence of another length")
    precondition((2...tokenizer.length).contains(sequence.used), "a sequence without its ends")
  }
}
