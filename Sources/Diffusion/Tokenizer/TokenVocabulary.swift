import JSON

/// The tokens of a byte-level byte-pair encoding with marked word ends, as CLIP uses it: their
/// numbers, and which pairs merge into which.
package struct TokenVocabulary: Sendable {
  /// Ends the last token of a word.
  static let wordEnd = "</w>"
  package static let maximumBytes = 1 << 24
  package static let maximumTokens = 1 << 20

  struct Pair: Hashable {
    let first: Int32
    let second: Int32
  }

  struct Merge {
    let rank: Int32
    let token: Int32
  }

  let merges: [Pair: Merge]
  /// The token of every byte inside a word, and at its end.
  let bytes: [Int32]
  let finalBytes: [Int32]
  private let numbers: [[UInt8]: Int32]

  /// Reads `vocab.json` and `merges.txt`.
  package init(vocabulary: [UInt8], merges: [UInt8]) throws(TokenizerError) {
    let numbers = try Self.numbers(parsing: vocabulary)
    try self.init(numbers, merges: try Self.pairs(in: merges, from: 1))
  }

  /// Reads the original `bpe_simple_vocab_16e6.txt.gz`: merges alone, of which the first 48,894
  /// count; tokens are numbered bytes first, then merges, then the two special tokens.
  package init(compressed bytes: [UInt8]) throws(TokenizerError) {
    let text = try decompressed(bytes, limit: Self.maximumBytes)
    let pairs = Array(try Self.pairs(in: text, from: 2).prefix(48_894))
    let letters = ByteAlphabet.order.map { ByteAlphabet.letters[Int($0)] }
    let tokens =
      letters + letters.map { $0 + Self.wordEnd } + pairs.map { $0.first + $0.second }
      + ["<|startoftext|>", "<|endoftext|>"]
    var numbers: [[UInt8]: Int32] = [:]
    for (number, token) in tokens.enumerated() { numbers[Array(token.utf8)] = Int32(number) }
    try self.init(numbers, merges: pairs)
  }

  private init(
    _ numbers: [[UInt8]: Int32], merges pairs: [MergeLine]
  ) throws(TokenizerError) {
    func number(_ token: String) throws(TokenizerError) -> Int32 {
      guard let number = numbers[Array(token.utf8)] else { throw .missingToken(token) }
      return number
    }
    var merges: [Pair: Merge] = [:]
    for (rank, line) in pairs.enumerated() {
      let pair = Pair(first: try number(line.first), second: try number(line.second))
      let merge = Merge(rank: Int32(rank), token: try number(line.first + line.second))
      guard merges.updateValue(merge, forKey: pair) == nil else {
        throw .repeatedMerge(line: line.number)
      }
    }
    self.merges = merges
    self.numbers = numbers
    var (inside, final): ([Int32], [Int32]) = ([], [])
    for letter in ByteAlphabet.letters {
      inside.append(try number(letter))
      final.append(try number(letter + Self.wordEnd))
    }
    (bytes, finalBytes) = (inside, final)
  }

  package var count: Int { numbers.count }

  /// The number of a token, spelled as in the vocabulary.
  package func number(of token: String) throws(TokenizerError) -> Int32 {
    guard let number = numbers[Array(token.utf8)] else { throw .missingToken(token) }
    return number
  }
}

// MARK: - Files

extension TokenVocabulary {
  private struct MergeLine {
    let first: String
    let second: String
    let number: Int
  }

  private static func numbers(parsing json: [UInt8]) throws(TokenizerError) -> [[UInt8]: Int32] {
    guard json.count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
    var scanner = JSONScanner(json)
    var numbers: [[UInt8]: Int32] = [:]
    var used = Set<Int>()
    do {
      try scanner.expect("{")
      while let token = try scanner.member(after: numbers.count) {
        let number = try scanner.wholeNumber()
        guard number < maximumTokens else {
          throw TokenizerError.numberTooLarge(token, limit: maximumTokens)
        }
        guard used.insert(number).inserted else { throw TokenizerError.repeatedNumber(number) }
        guard numbers.updateValue(Int32(number), forKey: Array(token.utf8)) == nil else {
          throw TokenizerError.repeatedToken(token)
        }
      }
      try scanner.expectEnd()
    } catch let fault as JSONFault {
      throw .json(fault)
    } catch {
      throw error as! TokenizerError
    }
    return numbers
  }

  /// - Parameter start: the first line that can hold a pair where it is no version comment.
  private static func pairs(in text: [UInt8], from start: Int) throws(TokenizerError) -> [MergeLine]
  {
    guard text.count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
    guard let text = String(validating: text, as: UTF8.self) else { throw .notUTF8 }
    var lines: [MergeLine] = []
    let rows = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, row) in rows.enumerated() where index + 1 >= start {
      let row = row.last == UInt8(ascii: "\r") ? row.dropLast() : row
      if row.isEmpty || row.starts(with: "#version".utf8) { continue }
      let parts = row.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 2, !parts.contains(where: \.isEmpty) else {
        throw .badMerge(line: index + 1)
      }
      lines.append(
        MergeLine(first: String(parts[0])!, second: String(parts[1])!, number: index + 1))
    }
    return lines
  }
}
