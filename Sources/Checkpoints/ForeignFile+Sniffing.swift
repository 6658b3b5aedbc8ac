extension ForeignFile {
  /// How many of a file's bytes tell what it is, at most.
  package static let sniffedBytes = 4096

  /// Recognises what people give in place of safetensors files.
  /// - Parameter head: the first ``sniffedBytes`` of a file, or all of a shorter one.
  /// - Returns: nil for unknown bytes.
  package init?(sniffing head: [UInt8]) {
    if head.isEmpty {
      self = .empty
    } else if let text = Self.text(head) {
      self = Self.document(text)
    } else if let known = Self.signatures.first(where: { head.starts(with: $0.bytes) }) {
      self = known.file
    } else if head.starts(with: "PK\u{3}\u{4}".utf8) {
      self = Self.archive(head)
    } else if head.dropFirst(4).starts(with: "TFL3".utf8) {
      self = .tensorFlowLite
    } else if head.dropFirst(257).starts(with: "ustar".utf8) {
      self = .tarArchive
    } else if Self.isONNX(head) {
      self = .onnx
    } else if Self.areNCNNFloats(head) {
      self = .ncnnWeights
    } else if head.count >= 64, head.allSatisfy({ $0 == 0 }) {
      self = .zeros
    } else {
      return nil
    }
  }

  private static let signatures: [(bytes: [UInt8], file: ForeignFile)] =
    [
      // Protocol 2, then the number that torch.save puts in front; bare dictionaries and classes.
      ([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46], .pyTorchPickle),
      ([0x80, 2, 0x7D], .pyTorchPickle), ([0x80, 2, 0x63], .pyTorchPickle),
      ([0x80, 3], .pyTorchPickle), ([0x80, 4, 0x95], .pyTorchPickle),
      ([0x80, 5, 0x95], .pyTorchPickle),
      ([0xDD, 0x85, 0x76, 0], .ncnnGraph),
      // What stands before half-precision and 8-bit weights.
      ([0x47, 0x6B, 0x30, 0x01], .ncnnWeights), ([0x38, 0x4B, 0x0D, 0], .ncnnWeights),
      ([0x89] + Array("HDF".utf8), .hdf5), ([0x93] + Array("NUMPY".utf8), .numPy),
      ([0x1F, 0x8B], .compressed), ([0xFD] + Array("7zXZ".utf8), .compressed),
      ([0x28, 0xB5, 0x2F, 0xFD], .compressed), (Array("7z".utf8) + [0xBC, 0xAF], .otherArchive),
      ([0x89] + Array("PNG".utf8), .picture), ([0xFF, 0xD8, 0xFF], .picture),
      ([0x7F] + Array("ELF".utf8), .program),
    ]
    + [
      ("GGUF", ForeignFile.gguf), ("ggml", .gguf), ("lmgg", .gguf), ("fmgg", .gguf),
      ("tjgg", .gguf), ("ftrt", .tensorRT), ("BZh", .compressed), ("Rar!", .otherArchive),
      ("RIFF", .picture), ("GIF8", .picture), ("II*\0", .picture), ("MM\0*", .picture),
      ("BM", .picture), ("%PDF-", .pdf), ("MZ", .program),
    ].map { (Array($0.0.utf8), $0.1) }

  /// A zip archive, by the names of its first entries.
  private static func archive(_ head: [UInt8]) -> ForeignFile {
    func holds(_ name: String) -> Bool { head.firstRange(of: Array(name.utf8)) != nil }
    if holds("/code/") || holds("constants.pkl") { return .torchScript }
    if holds("data.pkl") || holds("/data/") || holds(".format_version") || holds("byteorder") {
      return .pyTorchArchive
    }
    if holds(".npy") { return .numPyArchive }
    return holds("model.weights.h5") || holds("config.json") && holds("metadata.json")
      ? .kerasArchive : .zipArchive
  }

  /// A protocol buffer of a version of the format, and then of what made it.
  private static func isONNX(_ head: [UInt8]) -> Bool {
    guard head.count >= 4, head[0] == 0x08, (1...63).contains(head[1]) else { return false }
    // The producer's name, a domain, or the graph.
    return [0x12, 0x22, 0x3A].contains(head[2])
  }

  /// Weights of ncnn in single precision: four zeros, then numbers of moderate size.
  private static func areNCNNFloats(_ head: [UInt8]) -> Bool {
    guard head.count >= 68, head[..<4].allSatisfy({ $0 == 0 }) else { return false }
    return (1...16).allSatisfy { word in
      let bytes = head[4 * word..<4 * word + 4]
      let bits = bytes.reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
      return (0x1p-40...0x1p14).contains(Float(bitPattern: bits).magnitude)
    }
  }

  /// The bytes as text, without the space in front; nil when they are none.
  private static func text(_ head: [UInt8]) -> String? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let body = head.starts(with: mark) ? head.dropFirst(mark.count) : head[...]
    guard body.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || (9...13).contains($0) }) else {
      return nil
    }
    let space: Set<UInt8> = [9, 10, 11, 12, 13, 32]
    let content = body.drop { space.contains($0) }
    // The head may end within a character, of whose four bytes the last is not there.
    let cuts = head.count == sniffedBytes ? 0...3 : 0...0
    return cuts.lazy.compactMap { String(validating: content.dropLast($0), as: UTF8.self) }.first
  }

  private static func document(_ text: String) -> ForeignFile {
    let start = text.prefix(1024).lowercased()
    func holds(_ words: String...) -> Bool { words.contains { start.contains($0) } }
    if start.hasPrefix("version https://git-lfs") { return .gitLFSPointer }
    if start.hasPrefix("7767517") { return .ncnnGraph }
    if holds("<!doctype html", "<html", "<head", "<body") { return .webPage }
    if start.hasPrefix("<") {
      return holds("<net ") ? .openVINO : holds("<error", "<code>") ? .errorMessage : .text
    }
    if start.hasPrefix("{") || start.hasPrefix("[") {
      return holds("\"error\"", "\"message\"", "\"detail\"") ? .errorMessage : .json
    }
    let isAnswer =
      text.utf8.count < 512
      && holds("not found", "invalid username", "restricted", "denied", "unauthorized", "forbidden")
    return isAnswer ? .errorMessage : .text
  }
}
