import Glibc
import Tensors

/// Turns pairs of channels of every head by angles that grow with the token's position.
///
/// Operands: x (N, heads d, T, 1); positions (N, T). Result: x with every pair (a, b) as
/// (a cos - b sin, a sin + b cos) of the angle position * base^(-2 k / d), k being the pair's
/// number in its head.
///
/// J. Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021, section
/// 3.2.
package struct RotaryEmbedding: OpRule, Hashable {
  package var heads: Int
  package var base: Float
  /// Whether pairs are neighbours, as in the paper; otherwise channel k of a head's first half and
  /// channel k of its second are one, as in transformers.
  package var isInterleaved: Bool

  package init(heads: Int, base: Float = 10_000, isInterleaved: Bool = false) {
    self.heads = heads
    self.base = base
    self.isInterleaved = isInterleaved
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(2...2)
    let x = operands[0]
    guard x.rank == 4, x[3] == 1 else { throw Misfit("takes tokens") }
    guard heads > 0, x[1] % (2 * heads) == 0 else {
      throw Misfit("channels are not pairs of \(heads) heads")
    }
    guard operands[1] == [x[0], x[2]] else { throw Misfit("there is not one position per token") }
    guard base > 1, base.isFinite else { throw Misfit("no base \(base)") }
    return x
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 4 * output.count }

  package func reductionLength(operands: [Shape]) -> Int { 2 }

  /// What a position is multiplied with for every pair of a head of `depth` channels, in single
  /// precision, as transformers keeps it.
  package func frequencies(depth: Int) -> [Float] {
    (0..<depth / 2).map { k in
      1 / Float(pow(Double(base), Double(Float(2 * k) / Float(depth))))
    }
  }
}
