import Glibc

/// PyTorch's CPU generator: the float32 values of `torch.manual_seed(seed)` and `torch.randn`, bit
/// for bit as on processors with AVX2.
///
/// Draws of 16 or more values and smaller ones take different ways through PyTorch and through
/// this type; both consume the one Mersenne twister, so draws may be mixed.
package struct TorchGenerator: NormalStream {
  private var twister: MersenneTwister
  /// The sine half of the last pair that a small draw made.
  private var spare: Double?

  /// - Parameter seed: only the low 32 bits count, as in PyTorch.
  package init(seed: UInt64) { twister = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed)) }

  /// The next value of `torch.rand` in float32: 24 random bits in [0, 1).
  package mutating func uniform() -> Float { Float(twister.word() & 0xff_ffff) * 0x1p-24 }

  package mutating func fill(_ values: UnsafeMutableBufferPointer<Float>) {
    guard values.count >= NormalBlock.size else {
      for index in values.indices { values[index] = Float(normal()) }
      return
    }
    for index in values.indices { values[index] = uniform() }
    for start in stride(from: 0, through: values.count - NormalBlock.size, by: NormalBlock.size) {
      transform(values, from: start)
    }
    // An incomplete block is replaced by a fresh one over the last 16 values.
    guard values.count % NormalBlock.size != 0 else { return }
    let start = values.count - NormalBlock.size
    for index in start..<values.count { values[index] = uniform() }
    transform(values, from: start)
  }

  private func transform(_ values: UnsafeMutableBufferPointer<Float>, from start: Int) {
    NormalBlock.transform(
      UnsafeMutableBufferPointer(rebasing: values[start..<start + NormalBlock.size]))
  }

  /// The next value of a small draw: Box and Muller in double precision, two values at a time.
  private mutating func normal() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let angle = 2 * Double.pi * wideUniform()
    let radius = (-2 * log1p(-wideUniform())).squareRoot()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// 53 random bits in [0, 1).
  private mutating func wideUniform() -> Double {
    let high = UInt64(twister.word())
    let low = UInt64(twister.word())
    return Double((high << 32 | low) & 0x1f_ffff_ffff_ffff) * 0x1p-53
  }
}
