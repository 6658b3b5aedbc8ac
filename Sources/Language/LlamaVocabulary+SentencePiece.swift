extension LlamaVocabulary {
  /// Reads a `tokenizer.model`: a protocol buffer of pieces with scores (field 1), the training's
  /// choices (2) and the normaliser's (3).
  package init(sentencePiece bytes: [UInt8]) throws(LanguageError) {
    guard bytes.count <= Self.maximumBytes else {
      throw .tooLarge(what: "bytes", limit: Self.maximumBytes)
    }
    var (texts, scores, kinds): ([[UInt8]], [Float], [Int]) = ([], [], [])
    var training = Message()
    var normalizer = Message()
    var reader = ProtocolBuffer(bytes[...])
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let piece)):
        let piece = try Message(piece)
        texts.append(Array(piece.bytes(1)))
        scores.append(Float(bitPattern: piece.fixed(2)))
        kinds.append(Int(exactly: piece.whole(3, 1)) ?? 0)
      case (2, .bytes(let message)): training = try Message(message)
      case (3, .bytes(let message)): normalizer = try Message(message)
      default: break
      }
    }
    guard training.whole(3, 1) == 2 else { throw .unsupported("its model is not BPE") }
    guard training.whole(35, 0) == 1 else {
      throw .unsupported("unknown characters do not become bytes")
    }
    guard normalizer.bytes(2).isEmpty, normalizer.whole(3, 1) == 1, normalizer.whole(4, 1) == 0,
      normalizer.whole(5, 1) == 1
    else { throw .unsupported("its way to spaces is another") }
    try self.init(
      texts, scores, kinds, start: Int(exactly: training.whole(41, 1)) ?? -1,
      end: Int(exactly: training.whole(42, 2)) ?? -1)
  }
}

/// The fields of a message, of which the last of a number counts.
private struct Message {
  private var fields: [UInt64: ProtocolBuffer.Value] = [:]

  init() {}

  init(_ bytes: ArraySlice<UInt8>) throws(LanguageError) {
    var reader = ProtocolBuffer(bytes)
    while let (field, value) = try reader.next() { fields[field] = value }
  }

  func bytes(_ field: UInt64) -> ArraySlice<UInt8> {
    if case .bytes(let bytes)? = fields[field] { bytes } else { [] }
  }

  func whole(_ field: UInt64, _ usual: UInt64) -> UInt64 {
    if case .whole(let number)? = fields[field] { number } else { usual }
  }

  func fixed(_ field: UInt64) -> UInt32 {
    if case .fixed(let bits)? = fields[field] { bits } else { 0 }
  }
}

/// Reads the fields of a message in protocol buffers' wire format.
private struct ProtocolBuffer {
  enum Value {
    case whole(UInt64)
    case fixed(UInt32)
    case bytes(ArraySlice<UInt8>)
    /// Eight bytes that nothing here has a use for.
    case long
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() throws(LanguageError) -> (field: UInt64, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let tag = try variable()
    let value: Value
    switch tag & 7 {
    case 0: value = .whole(try variable())
    case 1:
      _ = try take(8)
      value = .long
    case 2: value = .bytes(try take(try variable()))
    case 5: value = .fixed(try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
    default: throw .damaged
    }
    return (tag >> 3, value)
  }

  private mutating func variable() throws(LanguageError) -> UInt64 {
    var number: UInt64 = 0
    for place in 0..<10 {
      guard let byte = rest.popFirst() else { throw .damaged }
      number |= UInt64(byte & 127) << UInt64(7 * place)
      if byte < 128 { return number }
    }
    throw .damaged
  }

  private mutating func take(_ count: UInt64) throws(LanguageError) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw .damaged }
    let taken = rest.prefix(Int(count))
    rest = rest.dropFirst(Int(count))
    return taken
  }
}
