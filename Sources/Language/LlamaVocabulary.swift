/// The pieces of Llama's tokenizer, and which pairs of them merge into which.
///
/// The vocabulary is that of a byte-pair encoding over characters with a token for every byte,
/// which stands in for characters that have no piece. Its files are `tokenizer.json`,
/// `tokenizer.model` and the metadata of a GGUF file; what they say is the same.
package struct LlamaVocabulary: Sendable {
  /// Stands for a space.
  static let space: Unicode.Scalar = "▁"
  package static let maximumBytes = 1 << 26
  package static let maximumTokens = 1 << 20

  struct Pair: Hashable {
    let first: Int32
    let second: Int32
  }

  struct Merge {
    let rank: Int32
    let token: Int32
  }

  enum Piece: Hashable {
    case text([UInt8])
    case byte(UInt8)
    /// Begins or ends texts, or stands for something that is no text.
    case control
  }

  let pieces: [Piece]
  let merges: [Pair: Merge]
  /// Tokens of pieces of text.
  let tokens: [[UInt8]: Int32]
  /// The token of every byte.
  let bytes: [Int32]
  /// The tokens that begin and end texts.
  package let start: Int32
  package let end: Int32

  package var count: Int { pieces.count }

  /// - Parameters:
  ///   - start: the number of the token that begins texts; likewise `end`.
  ///   - merges: makes the pairs, first ones first, of the tokens of pieces.
  init(
    _ pieces: [Piece], start: Int, end: Int,
    merges: ([[UInt8]: Int32]) throws(LanguageError) -> [Pair: Merge]
  ) throws(LanguageError) {
    var tokens: [[UInt8]: Int32] = [:]
    var bytes = [Int32](repeating: -1, count: 256)
    for (number, piece) in pieces.enumerated() {
      switch piece {
      case .text(let text):
        guard tokens.updateValue(Int32(number), forKey: text) == nil else {
          throw .repeatedPiece(String(decoding: text, as: UTF8.self))
        }
      case .byte(let byte): bytes[Int(byte)] = Int32(number)
      case .control: break
      }
    }
    guard !bytes.contains(-1) else { throw .missing("a token for every byte") }
    guard pieces.indices.contains(start), pieces.indices.contains(end) else {
      throw .missing("tokens that begin and end texts")
    }
    (self.pieces, self.tokens, self.bytes) = (pieces, tokens, bytes)
    (self.start, self.end) = (Int32(start), Int32(end))
    self.merges = try merges(tokens)
  }

  /// The byte that a piece such as `<0x0A>` stands for.
  static func byte(_ piece: some StringProtocol) -> UInt8? {
    guard piece.utf8.count == 6, piece.hasPrefix("<0x"), piece.hasSuffix(">") else { return nil }
    return UInt8(piece.dropFirst(3).dropLast(), radix: 16)
  }
}

// MARK: - Merges from scores

extension LlamaVocabulary {
  /// Every cut of a piece into two others merges into it, pieces of high scores first; of equal
  /// ones, those of lower numbers. `tokenizer.model` and GGUF files have scores only.
  static func merges(
    scores: [Float], of tokens: [[UInt8]: Int32]
  ) -> [Pair: Merge] {
    let ordered = tokens.sorted {
      let (a, b) = (scores[Int($0.value)], scores[Int($1.value)])
      return a == b ? $0.value < $1.value : a > b
    }
    var merges: [Pair: Merge] = [:]
    for (rank, (text, token)) in ordered.enumerated() {
      for cut in text.indices.dropFirst() where text[cut] & 0xC0 != 0x80 {
        guard let first = tokens[Array(text[..<cut])], let second = tokens[Array(text[cut...])]
        else { continue }
        merges[Pair(first: first, second: second)] = Merge(rank: Int32(rank), token: token)
      }
    }
    return merges
  }
}
