import JSON

extension LlamaVocabulary {
  /// Reads a `tokenizer.json`.
  package init(json bytes: [UInt8]) throws(LanguageError) {
    guard bytes.count <= Self.maximumBytes else {
      throw .tooLarge(what: "bytes", limit: Self.maximumBytes)
    }
    let file: TokenizerFile
    do {
      file = try TokenizerFile(bytes)
    } catch let fault as JSONFault {
      throw .json(fault)
    } catch {
      throw error as! LanguageError
    }
    try file.requireLlama()
    let pieces = try file.pieces()
    func place(_ text: String) throws(LanguageError) -> Int {
      guard let number = file.numbers[Array(text.utf8)] else { throw .missing(text) }
      return number
    }
    let merges = try file.pairs()
    try self.init(pieces, start: place("<s>"), end: place("</s>")) {
      tokens throws(LanguageError) in
      var result: [Pair: Merge] = [:]
      for (rank, (first, second)) in merges.enumerated() {
        guard let a = tokens[first], let b = tokens[second], let merged = tokens[first + second],
          result.updateValue(
            Merge(rank: Int32(rank), token: merged), forKey: Pair(first: a, second: b)) == nil
        else { throw .badMerge(rank) }
      }
      return result
    }
  }
}

/// What a `tokenizer.json` holds. Pieces are told apart by their bytes: some are the same text to
/// Unicode.
private struct TokenizerFile {
  private var rest: [String: JSONValue] = [:]
  private var model: [String: JSONValue] = [:]
  private(set) var numbers: [[UInt8]: Int] = [:]

  /// - Throws: ``JSONFault`` or ``LanguageError``.
  init(_ bytes: [UInt8]) throws {
    var scanner = JSONScanner(bytes)
    try scanner.expect("{")
    var count = 0
    while let key = try scanner.member(after: count) {
      count += 1
      if key == "model" { try readModel(&scanner) } else { rest[key] = try scanner.value() }
    }
    try scanner.expectEnd()
  }

  private mutating func readModel(_ scanner: inout JSONScanner) throws {
    try scanner.expect("{")
    var count = 0
    while let key = try scanner.member(after: count) {
      count += 1
      if key == "vocab" { try readPieces(&scanner) } else { model[key] = try scanner.value() }
    }
  }

  private mutating func readPieces(_ scanner: inout JSONScanner) throws {
    try scanner.expect("{")
    while let piece = try scanner.member(after: numbers.count) {
      let number = try scanner.wholeNumber()
      guard numbers.updateValue(number, forKey: Array(piece.utf8)) == nil else {
        throw LanguageError.repeatedPiece(piece)
      }
    }
  }

  /// Refuses other encodings, and other ways to spaces than Llama's.
  func requireLlama() throws(LanguageError) {
    guard model["type"] ?? .string("BPE") == .string("BPE") else {
      throw .unsupported("its model is not BPE")
    }
    guard model["byte_fallback"] == .boolean(true) else {
      throw .unsupported("unknown characters do not become bytes")
    }
    let space = JSONValue.string(String(LlamaVocabulary.space))
    guard case .object(let normalizer)? = rest["normalizer"],
      case .array(let steps)? = normalizer["normalizers"],
      steps == [
        .object(["type": .string("Prepend"), "prepend": space]),
        .object([
          "type": .string("Replace"), "pattern": .object(["String": .string(" ")]),
          "content": space,
        ]),
      ], rest["pre_tokenizer"] ?? .null == .null
    else { throw .unsupported("its way to spaces is another") }
  }

  /// Those of the vocabulary and those that were added to it, by number.
  func pieces() throws(LanguageError) -> [LlamaVocabulary.Piece] {
    var added: [Int: String] = [:]
    if case .array(let tokens)? = rest["added_tokens"] {
      for token in tokens {
        guard case .object(let fields) = token, case .whole(let number)? = fields["id"],
          case .string(let content)? = fields["content"]
        else { throw .missing("number and content of an added token") }
        added[number] = content
      }
    }
    let count = numbers.count + added.count
    guard count <= LlamaVocabulary.maximumTokens else {
      throw .tooLarge(what: "pieces", limit: LlamaVocabulary.maximumTokens)
    }
    var pieces = [LlamaVocabulary.Piece?](repeating: nil, count: count)
    for number in added.keys where pieces.indices.contains(number) { pieces[number] = .control }
    for (text, number) in numbers where added[number] == nil {
      guard pieces.indices.contains(number), pieces[number] == nil else {
        throw .repeatedNumber(number)
      }
      let byte = LlamaVocabulary.byte(String(decoding: text, as: UTF8.self))
      pieces[number] = byte.map { .byte($0) } ?? .text(text)
    }
    let used = pieces.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
    return pieces[..<used].map { $0 ?? .control }
  }

  /// Each as `a b` or as `["a", "b"]`.
  func pairs() throws(LanguageError) -> [([UInt8], [UInt8])] {
    guard case .array(let merges)? = model["merges"] else { throw .missing("a list of merges") }
    var pairs: [([UInt8], [UInt8])] = []
    for (number, merge) in merges.enumerated() {
      switch merge {
      case .array(let parts):
        guard parts.count == 2, case .string(let first) = parts[0],
          case .string(let second) = parts[1]
        else { throw .badMerge(number) }
        pairs.append((Array(first.utf8), Array(second.utf8)))
      case .string(let line):
        let parts = line.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .badMerge(number) }
        pairs.append((Array(parts[0]), Array(parts[1])))
      default: throw .badMerge(number)
      }
    }
    return pairs
  }
}
