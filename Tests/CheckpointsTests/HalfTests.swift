import Tensors
import Testing

/// Halves against the compiler's own.
@Suite struct HalfTests {
  @Test func everyHalfIsReadAsItIs() {
    for bits in 0...UInt16.max {
      let (read, wanted) = (Float(half: bits), Float(Float16(bitPattern: bits)))
      guard read.bitPattern != wanted.bitPattern else { continue }
      #expect(read.isNaN && wanted.isNaN, "\(bits)")
    }
  }

  /// Numbers at, between and next to what is between neighbouring halves.
  @Test func everyNumberBecomesTheNearestHalf() {
    for bits in 0...UInt16.max {
      let (number, next) = (Float(half: bits), Float(half: bits &+ 1))
      let between = number + (next - number) / 2
      for number in [number, between, between.nextUp, between.nextDown, number * 3, number / 7] {
        guard number.half != Float16(number).bitPattern else { continue }
        #expect(number.isNaN && Float(half: number.half).isNaN, "\(number)")
      }
    }
  }
}
