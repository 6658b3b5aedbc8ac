/// Where the parts of a block lie. An element is a code of few bits, less ``zero``, times the scale
/// of its group of ``groupLength`` elements, less the group's shift.
///
/// | format | a block |
/// |---|---|
/// | Q8_0 | scale f16, 32 codes of 8 bits with sign |
/// | Q4_0 | scale f16, 16 bytes: elements 0-15 low, 16-31 high; codes less 8 |
/// | Q4_K | scale and shift f16, 12 bytes of 8 scales and 8 shifts of 6 bits, 128 bytes of codes |
/// | Q5_K | the same with 32 bytes of fifth bits in front of the codes |
/// | Q6_K | 128 bytes of low bits, 64 of high bits, 16 scales i8, scale f16; codes less 32 |
extension BlockFormat {
  /// A place of bits within the bytes of a block.
  package typealias Place = (byte: Int, shift: Int)

  /// Elements that share a scale.
  package var groupLength: Int { self == .q6_K ? 16 : 32 }

  /// Bits of a code that lie together; 8 have a sign.
  package var lowBits: Int { self == .q8_0 ? 8 : 4 }

  /// Bits of a code above those, which lie elsewhere.
  package var highBits: Int {
    switch self {
    case .q4_0, .q8_0, .q4_K: 0
    case .q5_K: 1
    case .q6_K: 2
    }
  }

  /// The code of zero.
  package var zero: Int {
    switch self {
    case .q4_0: 8
    case .q6_K: 32
    case .q8_0, .q4_K, .q5_K: 0
    }
  }

  /// The byte of the scale of all groups, in half precision.
  package var scaleByte: Int { self == .q6_K ? 208 : 0 }

  /// The byte of the shift of all groups, in half precision; nil where there is none.
  package var shiftByte: Int? {
    switch self {
    case .q4_K, .q5_K: 2
    case .q4_0, .q8_0, .q6_K: nil
    }
  }

  /// Whether groups have scales of their own, by which that of the block is multiplied.
  package var hasGroupScales: Bool {
    switch self {
    case .q4_K, .q5_K, .q6_K: true
    case .q4_0, .q8_0: false
    }
  }

  /// Where the low bits of an element's code are. Eight elements from a multiple of eight on have
  /// theirs in eight bytes one after the other, shifted alike.
  package func lowPlace(_ element: Int) -> Place {
    switch self {
    case .q8_0: (2 + element, 0)
    case .q4_0: (2 + element % 16, element / 16 * 4)
    case .q4_K: (16 + element / 64 * 32 + element % 32, element / 32 % 2 * 4)
    case .q5_K: (48 + element / 64 * 32 + element % 32, element / 32 % 2 * 4)
    case .q6_K: (element / 128 * 64 + element % 64, element / 64 % 2 * 4)
    }
  }

  /// Where the high bits are, alike.
  package func highPlace(_ element: Int) -> Place {
    switch self {
    case .q5_K: (16 + element % 32, element / 32)
    case .q6_K: (128 + element / 128 * 32 + element % 32, element / 32 % 4 * 2)
    case .q8_0, .q4_0, .q4_K: preconditionFailure("\(self) has no high bits")
    }
  }

  /// What the scale and the shift of a block are multiplied by for a group.
  package func factors(
    of group: Int, in block: UnsafeRawBufferPointer
  ) -> (scale: Int8, shift: Int8) {
    switch self {
    case .q4_0, .q8_0: (1, 0)
    case .q6_K: (Int8(bitPattern: block[192 + group]), 0)
    case .q4_K, .q5_K: Self.sixBitFactors(of: group, in: block)
    }
  }

  /// Those of 12 bytes. The low bits of the last four groups' are in the last four bytes, under two
  /// high bits above the first eight numbers.
  private static func sixBitFactors(
    of group: Int, in block: UnsafeRawBufferPointer
  ) -> (scale: Int8, shift: Int8) {
    let (first, second) = (block[4 + group % 4], block[8 + group % 4])
    guard group >= 4 else { return (Int8(first & 63), Int8(second & 63)) }
    let low = block[12 + group % 4]
    return (Int8(low & 15 | (first & 0xC0) >> 2), Int8(low >> 4 | (second & 0xC0) >> 2))
  }
}
