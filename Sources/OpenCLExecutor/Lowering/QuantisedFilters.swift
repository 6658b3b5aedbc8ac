import Glibc
import Tensors

/// Where quantised weights of a product go: records of 16 columns, as `common/quantised.h` has
/// them.
struct QuantisedFilters: Sendable {
  let map: ColumnMap
  let format: BlockFormat
  /// Channels of the operand; whole blocks.
  let depth: Int

  private static let columns = Placement.vectorWidth
  /// Depths that are unpacked at a time to floats: what stays in the nearest cache.
  static let unpackedDepth = 64

  private var groups: Int { format.length / format.groupLength }
  private var hasShifts: Bool { format.shiftByte != nil }
  private var factorsStart: Int { 2 * Self.columns * (hasShifts ? 2 : 1) }
  private var lowStart: Int {
    factorsStart
      + Self.columns * groups * ((format.hasGroupScales ? 1 : 0) + (hasShifts ? 1 : 0))
  }
  private var highStart: Int { lowStart + planeBytes(format.lowBits) }
  private var recordBytes: Int { highStart + planeBytes(format.highBits) }

  private func planeBytes(_ bits: Int) -> Int { Self.columns * format.length * bits / 8 }

  private var blocks: Int { depth / format.length }

  /// Bytes of all records.
  var byteCount: Int { map.channels.count / Self.columns * blocks * recordBytes }

  func define(in program: inout ProgramText) {
    program.define("QUANTISED", 1)
    program.define("BLOCK_LENGTH", format.length)
    program.define("GROUP_LENGTH", format.groupLength)
    program.define("GROUP_SCALES", format.hasGroupScales ? 1 : 0)
    program.define("GROUP_SHIFTS", hasShifts ? 1 : 0)
    program.define("LOW_BITS", format.lowBits)
    program.define("HIGH_BITS", format.highBits)
    program.define("ZERO", format.zero)
  }

  /// Bytes that a core packs at a time: few enough to stay close while they are read and written.
  private static let partBytes = 256 << 10

  /// Writes the rows of a matrix, the columns' channels, and zeros for padding.
  /// - Parameter rows: reads some of them.
  func pack(
    _ rows: @Sendable (Range<Int>) throws -> BlockTensor,
    into target: UnsafeMutableRawBufferPointer
  ) throws {
    nonisolated(unsafe) let start = target.baseAddress!
    let panelBytes = target.count / map.panels
    let size = max(1, Self.partBytes / panelBytes)
    let places = Places(format)
    try performConcurrently(ceilDivide(map.panels, by: size)) { part in
      for panel in part * size..<min((part + 1) * size, map.panels) {
        let columns = map.channels[panel * map.panelColumns..<(panel + 1) * map.panelColumns]
        let records = start + panel * panelBytes
        if columns.contains(nil) { memset(records, 0, panelBytes) }
        let channels = columns.compactMap(\.self)
        guard let first = channels.min(), let last = channels.max() else { continue }
        try rows(first..<last + 1).withBytes { bytes in
          pack(columns.map { $0.map { $0 - first } }, of: bytes, places, into: records)
        }
      }
    }
  }

  /// Packs a panel.
  /// - Parameter rows: the row of each of its columns; nil for padding.
  private func pack(
    _ rows: [Int?], of bytes: UnsafeRawBufferPointer, _ places: Places,
    into records: UnsafeMutableRawPointer
  ) {
    let vectors = map.panelColumns / Self.columns
    for (column, row) in rows.enumerated() {
      guard let row else { continue }
      for block in 0..<blocks {
        let record = block * vectors + column / Self.columns
        let source = (row * blocks + block) * format.byteCount
        pack(
          UnsafeRawBufferPointer(rebasing: bytes[source..<source + format.byteCount]), places,
          into: records + record * recordBytes, lane: column % Self.columns)
      }
    }
  }

  private func pack(
    _ block: UnsafeRawBufferPointer, _ places: Places, into record: UnsafeMutableRawPointer,
    lane: Int
  ) {
    func half(_ byte: Int, to place: Int) {
      let bits = block.loadUnaligned(fromByteOffset: byte, as: UInt16.self)
      record.storeBytes(of: bits, toByteOffset: place + 2 * lane, as: UInt16.self)
    }
    half(format.scaleByte, to: 0)
    if let shift = format.shiftByte { half(shift, to: 2 * Self.columns) }
    if format.hasGroupScales {
      for group in 0..<groups {
        let factors = format.factors(of: group, in: block)
        let place = factorsStart + group * Self.columns + lane
        record.storeBytes(of: factors.scale, toByteOffset: place, as: Int8.self)
        guard hasShifts else { continue }
        record.storeBytes(
          of: factors.shift, toByteOffset: place + groups * Self.columns, as: Int8.self)
      }
    }
    let words = record + 4 * lane
    switch format.lowBits {
    case 8: packBytes(block, places, into: words + lowStart)
    default: packNibbles(block, places, into: words + lowStart)
    }
    switch format.highBits {
    case 0: break
    case 1: packHigh(block, places, bits: 1, into: words + highStart)
    default: packHigh(block, places, bits: 2, into: words + highStart)
    }
  }

  /// Codes of 8 bits, four in a word.
  private func packBytes(
    _ block: UnsafeRawBufferPointer, _ places: Places, into words: UnsafeMutableRawPointer
  ) {
    for (octet, place) in places.low.enumerated() {
      let codes = block.loadUnaligned(fromByteOffset: place.byte, as: UInt64.self)
      for part in 0..<2 {
        words.storeBytes(
          of: UInt32(truncatingIfNeeded: codes >> UInt64(32 * part)),
          toByteOffset: (2 * octet + part) * Self.stride, as: UInt32.self)
      }
    }
  }

  /// The low four bits of codes, eight in a word.
  private func packNibbles(
    _ block: UnsafeRawBufferPointer, _ places: Places, into words: UnsafeMutableRawPointer
  ) {
    for (octet, place) in places.low.enumerated() {
      words.storeBytes(
        of: UInt32(truncatingIfNeeded: Self.squeezed(block, place, bits: 4)),
        toByteOffset: octet * Self.stride, as: UInt32.self)
    }
  }

  /// The high bits of a lane: every octet's first four and last four go into the halves of the word
  /// of its group.
  @inline(__always)
  private func packHigh(
    _ block: UnsafeRawBufferPointer, _ places: Places, bits: Int,
    into words: UnsafeMutableRawPointer
  ) {
    let octets = format.groupLength / 8
    let half = UInt32(4 * bits)
    for group in 0..<groups {
      var word: UInt32 = 0
      for octet in 0..<octets {
        let place = places.high[group * octets + octet]
        let codes = UInt32(truncatingIfNeeded: Self.squeezed(block, place, bits: bits))
        let pair = codes & ((1 << half) - 1) | (codes >> half) << 16
        word |= pair << (UInt32(octet) * half)
      }
      words.storeBytes(of: word, toByteOffset: group * Self.stride, as: UInt32.self)
    }
  }

  /// Bytes from a word of a lane to its next.
  private static let stride = 4 * columns

  /// The bits of eight elements, below 8 of each, one after the other.
  @inline(__always)
  private static func squeezed(
    _ block: UnsafeRawBufferPointer, _ place: BlockFormat.Place, bits: Int
  ) -> UInt64 {
    let bytes = block.loadUnaligned(fromByteOffset: place.byte, as: UInt64.self)
    var codes = bytes >> UInt64(place.shift) & UInt64(0x0101_0101_0101_0101 * ((1 << bits) - 1))
    codes = (codes | codes >> UInt64(8 - bits)) & (0x0001_0001_0001_0001 * low(2 * bits))
    codes = (codes | codes >> UInt64(16 - 2 * bits)) & (0x0000_0001_0000_0001 * low(4 * bits))
    return (codes | codes >> UInt64(32 - 4 * bits)) & low(8 * bits)
  }

  @inline(__always)
  private static func low(_ bits: Int) -> UInt64 { (1 << UInt64(bits)) - 1 }
}

/// Where every eight elements of a block have their bits.
private struct Places {
  let low: [BlockFormat.Place]
  let high: [BlockFormat.Place]

  init(_ format: BlockFormat) {
    let octets = stride(from: 0, to: format.length, by: 8)
    low = octets.map(format.lowPlace)
    high = format.highBits == 0 ? [] : octets.map(format.highPlace)
  }
}
