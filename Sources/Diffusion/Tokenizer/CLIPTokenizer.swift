/// CLIP's tokenizer (Radford et al., 2021): lower-cased byte-level byte-pair encoding, as the fast
/// tokenizer of `transformers` does it.
package struct CLIPTokenizer: Sendable {
  /// A sequence for a text encoder.
  package struct Sequence: Hashable, Sendable {
    package let tokens: [Int32]
    /// How many of the tokens come before the padding, start and end included.
    package let used: Int
  }

  private let vocabulary: TokenVocabulary
  private let specials: [(spelling: [Unicode.Scalar], token: Int32)]
  package let start: Int32
  package let end: Int32
  package let padding: Int32
  /// Tokens of a sequence, start and end included.
  package let length: Int

  /// - Throws: when the vocabulary lacks a special token.
  package init(
    _ vocabulary: TokenVocabulary, special: SpecialTokens = SpecialTokens()
  ) throws(TokenizerError) {
    self.vocabulary = vocabulary
    start = try vocabulary.number(of: special.start)
    end = try vocabulary.number(of: special.end)
    padding = try vocabulary.number(of: special.padding)
    length = special.length
    var specials: [(spelling: [Unicode.Scalar], token: Int32)] = []
    for token in Set([special.start, special.end, special.unknown, special.padding]) {
      specials.append((Array(token.unicodeScalars), try vocabulary.number(of: token)))
    }
    self.specials = specials.sorted { $0.spelling.count > $1.spelling.count }
  }

  /// The tokens of a text, without start and end. Special tokens that the text spells out, the
  /// padding among them, are found before anything else.
  package func encode(_ text: String) -> [Int32] {
    var tokens: [Int32] = []
    var rest = Substring(text).unicodeScalars
    while let (position, spelling, token) = firstSpecial(in: rest) {
      tokens += encode(plain: rest[..<position])
      tokens.append(token)
      rest = rest[rest.index(position, offsetBy: spelling)...]
    }
    return tokens + encode(plain: rest)
  }

  /// The first special token, the longest of those that begin there.
  private func firstSpecial(
    in text: Substring.UnicodeScalarView
  ) -> (position: String.Index, length: Int, token: Int32)? {
    for position in text.indices {
      for (spelling, token) in specials where text[position...].starts(with: spelling) {
        return (position, spelling.count, token)
      }
    }
    return nil
  }

  private func encode(plain text: Substring.UnicodeScalarView) -> [Int32] {
    WordSplitter.words(text).flatMap { word in
      var encoder = WordEncoder(word, vocabulary)
      return encoder.encode()
    }
  }
}

// MARK: - Sequences

extension CLIPTokenizer {
  /// The text as one sequence; what does not fit is cut off.
  package func sequence(_ text: String) -> Sequence { sequence(of: encode(text)[...]) }

  /// The text as sequences of `length - 2` tokens each, every one with its own start and end.
  /// - Parameter count: at least so many; the ones beyond the text are empty. Prompts that are
  ///   evaluated together need equally many.
  package func sequences(_ text: String, atLeast count: Int = 1) -> [Sequence] {
    let tokens = encode(text)
    let capacity = length - 2
    let needed = max((tokens.count + capacity - 1) / capacity, count, 1)
    return (0..<needed).map { index in
      sequence(of: tokens.dropFirst(index * capacity))
    }
  }

  private func sequence(of tokens: ArraySlice<Int32>) -> Sequence {
    let content = [start] + tokens.prefix(length - 2) + [end]
    let rest = [Int32](repeating: padding, count: length - content.count)
    return Sequence(tokens: content + rest, used: content.count)
  }
}
