/// IEEE 754 numbers of 16 bits by arithmetic on their bits. For machines that may lack the
/// instructions compilers call a function for each number, which takes longer than all the rest of
/// reading a parameter.
extension Float {
  /// The number that the bits of a half stand for.
  @inlinable
  package init(half bits: UInt16) {
    let magnitude = UInt32(bits & 0x7fff)
    let sign = UInt32(bits & 0x8000) << 16
    let subnormal = (Float(Int32(bitPattern: magnitude)) * 0x1p-24).bitPattern
    let normal = magnitude << 13 &+ (127 - 15) << 23
    let special = magnitude << 13 | 0x7f80_0000
    let result = magnitude < 0x0400 ? subnormal : magnitude < 0x7c00 ? normal : special
    self.init(bitPattern: result | sign)
  }

  /// The bits of the nearest half, of two the even one; infinity from 65520 on.
  @inlinable
  package var half: UInt16 {
    let magnitude = bitPattern & 0x7fff_ffff
    let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
    // A sum with 1/2 leaves multiples of 2^-24 in the low bits.
    let subnormal = (Float(bitPattern: magnitude) + 0.5).bitPattern &- Float(0.5).bitPattern
    let odd = magnitude >> 13 & 1
    let normal = (magnitude &- (127 - 15) << 23 &+ 0x0fff &+ odd) >> 13
    let special: UInt32 = magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00
    let result = magnitude < 113 << 23 ? subnormal : magnitude < 143 << 23 ? normal : special
    return UInt16(truncatingIfNeeded: result) | sign
  }
}
