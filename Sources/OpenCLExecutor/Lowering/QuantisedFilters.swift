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

  /// Writes the rows of a matrix, the columns' channels, and zeros for padding.
  func pack(_ weights: BlockTensor, into target: UnsafeMutableRawBufferPointer) {
    target.initializeMemory(as: UInt8.self, repeating: 0)
    let vectors = map.panelColumns / Self.columns
    weights.withBytes { bytes in
      for (column, channel) in map.channels.enumerated() {
        guard let channel else { continue }
        let (panel, place) = (column / map.panelColumns, column % map.panelColumns)
        let lane = place % Self.columns
        for block in 0..<blocks {
          let record = (panel * blocks + block) * vectors + place / Self.columns
          let source = (channel * blocks + block) * format.byteCount
          pack(
            UnsafeRawBufferPointer(rebasing: bytes[source..<source + format.byteCount]),
            into: target.baseAddress! + record * recordBytes, lane: lane)
        }
      }
    }
  }

  private func pack(
    _ block: UnsafeRawBufferPointer, into record: UnsafeMutableRawPointer, lane: Int
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
    packLow(block, into: record + lowStart + 4 * lane)
    if format.highBits > 0 { packHigh(block, into: record + highStart + 4 * lane) }
  }

  /// The codes of a lane, eight elements at a time: one word, or two where they have 8 bits.
  private func packLow(_ block: UnsafeRawBufferPointer, into words: UnsafeMutableRawPointer) {
    let wordsOfOctet = format.lowBits / 4
    for octet in 0..<format.length / 8 {
      let codes = squeezed(block, format.lowPlace(octet * 8), bits: format.lowBits)
      for part in 0..<wordsOfOctet {
        words.storeBytes(
          of: UInt32(truncatingIfNeeded: codes >> UInt64(32 * part)),
          toByteOffset: (octet * wordsOfOctet + part) * Self.stride, as: UInt32.self)
      }
    }
  }

  /// The high bits of a lane: every octet's first four and last four go into the halves of the word
  /// of its group.
  private func packHigh(_ block: UnsafeRawBufferPointer, into words: UnsafeMutableRawPointer) {
    let octets = format.groupLength / 8
    let bits = UInt32(4 * format.highBits)
    for group in 0..<groups {
      var word: UInt32 = 0
      for octet in 0..<octets {
        let place = format.highPlace(group * format.groupLength + octet * 8)
        let codes = UInt32(squeezed(block, place, bits: format.highBits))
        let pair = codes & ((1 << bits) - 1) | (codes >> bits) << 16
        word |= pair << (UInt32(octet) * bits)
      }
      words.storeBytes(of: word, toByteOffset: group * Self.stride, as: UInt32.self)
    }
  }

  /// Bytes from a word of a lane to its next.
  private static let stride = 4 * columns

  /// The bits of eight elements one after the other.
  private func squeezed(
    _ block: UnsafeRawBufferPointer, _ place: BlockFormat.Place, bits: Int
  ) -> UInt64 {
    let mask = UInt64(0x0101_0101_0101_0101) * UInt64((1 << bits) - 1)
    let codes = block.loadUnaligned(fromByteOffset: place.byte, as: UInt64.self)
    return Self.squeezed(codes >> UInt64(place.shift) & mask, bits: UInt64(bits))
  }

  /// The low bits of eight bytes one after the other.
  private static func squeezed(_ codes: UInt64, bits: UInt64) -> UInt64 {
    var (codes, held) = (codes, bits)
    for width: UInt64 in [16, 32, 64] where bits < 8 {
      codes = (codes | codes >> (width / 2 - held)) & Self.low(2 * held, every: width)
      held *= 2
    }
    return codes
  }

  /// A mask of the low `bits` of every `width`.
  private static func low(_ bits: UInt64, every width: UInt64) -> UInt64 {
    let ones: UInt64 = bits == 64 ? .max : (1 << bits) - 1
    switch width {
    case 16: return ones &* 0x0001_0001_0001_0001
    case 32: return ones &* 0x0000_0001_0000_0001
    default: return ones
    }
  }
}
