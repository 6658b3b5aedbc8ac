import JSON
import Tensors

/// Parses a header member by member; each tensor's own rules are checked as it is read.
struct SafetensorsHeaderParser {
  private var scanner: HeaderScanner
  private(set) var entries: [SafetensorsEntry] = []
  /// Index in `entries` by name; equal keys are canonically equivalent, as Swift compares strings.
  private(set) var positions: [String: Int] = [:]
  private(set) var metadata: [String: String]?

  init(_ json: [UInt8]) {
    scanner = HeaderScanner(json)
    let expected = min(json.count / 64, SafetensorsLimits.tensors)
    entries.reserveCapacity(expected)
    positions.reserveCapacity(expected)
  }

  /// Reads the whole header: one object, then nothing but spaces.
  mutating func parse() throws(SafetensorsError) {
    try scanner.expect("{")
    var count = 0
    while let key = try scanner.member(after: count) {
      count += 1
      if key == "__metadata__" {
        guard metadata == nil else { throw .repeatedMetadata }
        metadata = try parseMetadata()
      } else {
        guard entries.count < SafetensorsLimits.tensors else {
          throw .tooManyTensors(limit: SafetensorsLimits.tensors)
        }
        try register(key)
        entries.append(try parseTensor(key))
      }
      scanner.place = .header
    }
    while scanner.consume(0x20) {}
    if let byte = scanner.peek() { throw .headerPadding(byte: byte, offset: scanner.offset) }
  }

  /// Checks a tensor name and reserves it for the next entry.
  private mutating func register(_ name: String) throws(SafetensorsError) {
    scanner.place = .tensor(name)
    try requireKey(name)
    if let index = positions.updateValue(entries.count, forKey: name) {
      throw .key(name, in: scanner.place, Self.repetition(of: entries[index].name, by: name))
    }
  }

  private mutating func parseMetadata() throws(SafetensorsError) -> [String: String] {
    scanner.place = .metadata
    try scanner.expect("{")
    var result: [String: String] = [:]
    var count = 0
    while let key = try scanner.member(after: count) {
      count += 1
      guard count <= SafetensorsLimits.metadataKeys else {
        throw .tooManyMetadataKeys(limit: SafetensorsLimits.metadataKeys)
      }
      try requireKey(key)
      if let index = result.index(forKey: key) {
        throw .key(key, in: .metadata, Self.repetition(of: result[index].key, by: key))
      }
      result[key] = try scanner.string()
    }
    return result
  }

  /// The rules that tensor names and metadata keys share.
  private func requireKey(_ key: String) throws(SafetensorsError) {
    if let fault = SafetensorsKeyFault(in: key) { throw .key(key, in: scanner.place, fault) }
  }

  private static func repetition(of first: String, by second: String) -> SafetensorsKeyFault {
    first.utf8.elementsEqual(second.utf8) ? .repeated : .equivalent(to: first)
  }
}

// MARK: - One tensor

extension SafetensorsHeaderParser {
  private mutating func parseTensor(_ name: String) throws(SafetensorsError) -> SafetensorsEntry {
    var type: SafetensorsType?
    var shape: Shape?
    var offsets: Range<Int>?
    var count = 0
    try scanner.expect("{")
    while let field = try scanner.member(after: count) {
      count += 1
      switch field {
      case "dtype" where type == nil: type = try parseType(name)
      case "shape" where shape == nil: shape = try parseShape(name)
      case "data_offsets" where offsets == nil: offsets = try parseOffsets(name)
      case "dtype", "shape", "data_offsets": throw .tensor(name, .repeatedField(field))
      default: throw .tensor(name, .unknownField(field))
      }
    }
    guard let type else { throw .tensor(name, .missingField("dtype")) }
    guard let shape else { throw .tensor(name, .missingField("shape")) }
    guard let offsets else { throw .tensor(name, .missingField("data_offsets")) }
    let needed = try byteCount(of: shape, type, name)
    guard offsets.count == needed else {
      throw .tensor(name, .size(needed: needed, given: offsets.count))
    }
    return SafetensorsEntry(name: name, type: type, shape: shape, dataOffsets: offsets)
  }

  private mutating func parseType(_ name: String) throws(SafetensorsError) -> SafetensorsType {
    let text = try scanner.string()
    guard let type = SafetensorsType(rawValue: text) else {
      throw .tensor(name, .unknownType(text))
    }
    return type
  }

  private mutating func parseShape(_ name: String) throws(SafetensorsError) -> Shape {
    try scanner.expect("[")
    var extents: [Int] = []
    while try scanner.element(after: extents.count) {
      guard extents.count < Shape.maximumRank else {
        throw .tensor(name, .rank(limit: Shape.maximumRank))
      }
      extents.append(try scanner.wholeNumber())
    }
    return Shape(extents)
  }

  private mutating func parseOffsets(_ name: String) throws(SafetensorsError) -> Range<Int> {
    try scanner.expect("[")
    guard try scanner.element(after: 0) else { throw .tensor(name, .offsetCount) }
    let begin = try scanner.wholeNumber()
    guard try scanner.element(after: 1) else { throw .tensor(name, .offsetCount) }
    let end = try scanner.wholeNumber()
    guard try !scanner.element(after: 2) else { throw .tensor(name, .offsetCount) }
    guard begin <= end else { throw .tensor(name, .offsetsReversed(begin: begin, end: end)) }
    return begin..<end
  }

  /// Size of a tensor in bytes. The product of the non-zero extents must not overflow either, so
  /// that strides of an accepted shape never do.
  private func byteCount(
    of shape: Shape, _ type: SafetensorsType, _ name: String
  ) throws(SafetensorsError) -> Int {
    var bits = type.bitCount
    for extent in shape.extents where extent != 0 {
      let (product, overflow) = bits.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .tensor(name, .countOverflow) }
      bits = product
    }
    if shape.extents.contains(0) { return 0 }
    guard bits % 8 == 0 else { throw .tensor(name, .partialByte) }
    return bits / 8
  }
}
