import Tensors

/// What a GGUF file may ask for at most.
package enum GGUFLimits {
  package static let headerBytes = 64 << 20
  package static let tensors = SafetensorsLimits.tensors
  package static let metadata = SafetensorsLimits.metadataKeys
  package static let stringBytes = 16 << 20
  /// Elements of an array in the metadata; a vocabulary has one for each token.
  package static let arrayElements = 1 << 22
  /// Bytes that tensors may be aligned to.
  package static let alignment = 1 << 16
  package static let rank = 4
}

/// One tensor of a GGUF file as its validated header describes it.
package struct GGUFEntry: Sendable, Hashable {
  package let name: String
  package let type: GGUFType
  /// Outermost first, the other way round than in the file.
  package let shape: Shape
  /// Where the elements lie, in bytes from the start of the data.
  package let dataOffsets: Range<Int>
}

/// A validated header: every entry keeps the rules, and together the entries cover the data of
/// the file, each from the first aligned byte after the one before.
struct GGUFHeader: Sendable {
  private(set) var metadata: [String: GGUFValue] = [:]
  private(set) var entries: [GGUFEntry] = []
  /// Index in `entries` by name.
  private(set) var positions: [String: Int] = [:]
  /// Offset in the file where the data begins.
  private(set) var dataStart = 0
  private var alignment = 32

  init(_ source: ByteSource) throws(GGUFError) {
    var cursor = GGUFCursor(source, limit: GGUFLimits.headerBytes)
    guard source.byteCount >= 4, try cursor.number(UInt32.self, of: .start) == 0x4655_4747 else {
      throw .foreign(nil)
    }
    let version = try cursor.number(UInt32.self, of: .start)
    guard (2...3).contains(version) else { throw .version(version) }
    // The shortest tensor has a name of one byte, a count, an extent, a type and an offset.
    let tensors = try cursor.count(of: .tensorCount, limit: GGUFLimits.tensors, size: 33)
    let pairs = try cursor.count(of: .metadataCount, limit: GGUFLimits.metadata, size: 14)
    try readMetadata(&cursor, count: pairs)
    alignment = try checkedAlignment()
    var described: [(entry: GGUFEntry, offset: UInt64)] = []
    for _ in 0..<tensors { described.append(try readTensor(&cursor)) }
    dataStart = try aligned(cursor.offset)
    let available = max(source.byteCount - dataStart, 0)
    try place(described, available: available)
  }

  private mutating func readMetadata(_ cursor: inout GGUFCursor, count: Int) throws(GGUFError) {
    for _ in 0..<count {
      let key = try cursor.string(of: .key)
      try requireKey(key)
      guard metadata[key] == nil else { throw .key(key, .repeated) }
      metadata[key] = try cursor.value(of: key)
    }
  }

  private func requireKey(_ key: String) throws(GGUFError) {
    if let fault = SafetensorsKeyFault(in: key) { throw .key(key, fault) }
  }

  private func checkedAlignment() throws(GGUFError) -> Int {
    let key = "general.alignment"
    guard let value = metadata[key] else { return alignment }
    guard case .whole(let bytes) = value, (1...GGUFLimits.alignment).contains(bytes),
      bytes & (bytes - 1) == 0
    else { throw .value(key: key, expected: "a power of two up to \(GGUFLimits.alignment)") }
    return bytes
  }

  /// - Parameter bytes: within a file or a checked sum, so that rounding cannot overflow.
  private func aligned(_ bytes: Int) throws(GGUFError) -> Int {
    (bytes + alignment - 1) / alignment * alignment
  }
}

// MARK: - Tensors

extension GGUFHeader {
  private mutating func readTensor(
    _ cursor: inout GGUFCursor
  ) throws(GGUFError) -> (entry: GGUFEntry, offset: UInt64) {
    let name = try cursor.string(of: .tensorName)
    try requireKey(name)
    guard positions.updateValue(positions.count, forKey: name) == nil else {
      throw .key(name, .repeated)
    }
    let place = GGUFPlace.tensor(name)
    let rank = try cursor.number(UInt32.self, of: place)
    guard (1...UInt32(GGUFLimits.rank)).contains(rank) else {
      throw .tensor(name, .rank(rank, limit: GGUFLimits.rank))
    }
    var extents: [Int] = []
    for _ in 0..<rank {
      let extent = try cursor.number(UInt64.self, of: place)
      guard extent > 0, let extent = Int(exactly: extent) else {
        throw .tensor(name, .extent(extent))
      }
      extents.append(extent)
    }
    let number = try cursor.number(UInt32.self, of: place)
    guard let type = GGUFType(rawValue: number) else { throw .tensor(name, .unreadType(number)) }
    let size = try Self.byteCount(extents, type, name)
    let offset = try cursor.number(UInt64.self, of: place)
    let entry = GGUFEntry(
      name: name, type: type, shape: Shape(extents.reversed()), dataOffsets: 0..<size)
    return (entry, offset)
  }

  /// - Parameter extents: innermost first.
  private static func byteCount(
    _ extents: [Int], _ type: GGUFType, _ name: String
  ) throws(GGUFError) -> Int {
    guard extents[0] % type.blockLength == 0 else {
      throw .tensor(name, .partialBlock(row: extents[0], type))
    }
    // Counted in elements of four bytes, so that what is unpacked has a size, too.
    guard let count = Shape(extents + [4]).checkedCount else {
      throw .tensor(name, .countOverflow)
    }
    return count / 4 / type.blockLength * type.blockBytes
  }

  /// Gives the entries their places, which must be the ones that they state.
  private mutating func place(
    _ described: [(entry: GGUFEntry, offset: UInt64)], available: Int
  ) throws(GGUFError) {
    var begin = 0
    var end = 0
    for (entry, offset) in described {
      let size = entry.dataOffsets.count
      guard offset == begin else {
        throw .tensor(entry.name, .offset(offset, expected: begin))
      }
      guard size <= available, begin <= available - size else {
        let (end, overflow) = begin.addingReportingOverflow(size)
        throw .tensor(entry.name, .beyondFile(end: overflow ? .max : end, available: available))
      }
      end = begin + size
      entries.append(
        GGUFEntry(
          name: entry.name, type: entry.type, shape: entry.shape, dataOffsets: begin..<end))
      begin = try aligned(end)
    }
    guard available <= begin else { throw .tail(bytes: available - end) }
  }
}
