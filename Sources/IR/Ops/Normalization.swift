import Tensors

/// Normalises along one axis. Operands: x; then, for the layer kinds, gain and optionally shift,
/// each of the axis' extent.
package struct Normalization: OpRule, Hashable {
  package enum Kind: Hashable, Sendable {
    /// (x - mean) / sqrt(var + epsilon) * gain + shift, the variance being biased.
    case layer
    /// x / sqrt(var + epsilon) * gain: x itself is not centred (Restormer's BiasFree LayerNorm).
    case biasFree
    /// x / sqrt(mean of squares + epsilon) * gain (B. Zhang and R. Sennrich, "Root Mean Square
    /// Layer Normalization", 2019).
    case rootMeanSquare
    /// x / max(|x|, epsilon) in the Euclidean norm; no gain.
    case l2
  }

  package var kind: Kind
  package var axis: Int
  package var epsilon: Float

  package init(_ kind: Kind, axis: Int, epsilon: Float) {
    self.kind = kind
    self.axis = axis
    self.epsilon = epsilon
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let counts: ClosedRange<Int> =
      switch kind {
      case .layer: 2...3
      case .biasFree, .rootMeanSquare: 2...2
      case .l2: 1...1
      }
    let operands = try operands.checked(counts)
    guard (0..<operands[0].rank).contains(axis) else { throw Misfit("no axis \(axis)") }
    for parameter in operands.dropFirst() where parameter != [operands[0][axis]] {
      throw Misfit("parameters are not one per element of axis \(axis)")
    }
    return operands[0]
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 8 * output.count }

  package func reductionLength(operands: [Shape]) -> Int { operands[0][axis] }
}
