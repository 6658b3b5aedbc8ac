import Glibc

/// The counter-based generator Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", 2011): four random words for each counter, in any order.
package struct Philox: Sendable {
  package typealias Block = SIMD4<UInt32>

  private let key: SIMD2<UInt32>

  package init(key: UInt64) {
    self.key = [UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)]
  }

  /// The words that belong to a counter.
  package func callAsFunction(_ counter: Block) -> Block {
    var (block, key) = (counter, key)
    for round in 0..<10 {
      if round > 0 { key &+= [0x9e37_79b9, 0xbb67_ae85] }
      let first = UInt64(block.x) * 0xd251_1f53
      let second = UInt64(block.z) * 0xcd9e_8d57
      block = [
        UInt32(second >> 32) ^ block.y ^ key.x, UInt32(truncatingIfNeeded: second),
        UInt32(first >> 32) ^ block.w ^ key.y, UInt32(truncatingIfNeeded: first),
      ]
    }
    return block
  }
}

extension Philox.Block {
  /// Four standard normal values, as cuRAND's `curand_normal4` makes them (Box and Muller; the sine
  /// half comes first), but with correctly rounded functions in place of the GPU's fast ones.
  var normals: SIMD4<Float> {
    let (first, second) = (Self.normals(x, y), Self.normals(z, w))
    return [first.x, first.y, second.x, second.y]
  }

  private static func normals(_ x: UInt32, _ y: UInt32) -> SIMD2<Float> {
    let uniform = Float(0x1p-33).addingProduct(Float(x), 0x1p-32)
    let turn = Float(0x1p-32 * 2 * Double.pi)
    let angle = (turn / 2).addingProduct(Float(y), turn)
    let radius = (-2 * logarithm(uniform)).squareRoot()
    return [radius * sine(angle), radius * cosine(angle)]
  }
}

private func logarithm(_ x: Float) -> Float { Float(Glibc.log(Double(x))) }
private func sine(_ x: Float) -> Float { Float(Glibc.sin(Double(x))) }
private func cosine(_ x: Float) -> Float { Float(Glibc.cos(Double(x))) }
