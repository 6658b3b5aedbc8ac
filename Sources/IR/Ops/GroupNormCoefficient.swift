import Tensors

/// A coefficient of group normalization, which maps a channel by y = scale x + shift with
/// scale = gain / sqrt(var + epsilon) and shift = offset - mean scale, the mean and the biased
/// variance being those of the channel's group over all pixels of an image.
///
/// Operands: x (N, C, H, W), gain (C), offset (C). Result: (N, C, 1, 1), the coefficient asked for.
///
/// Y. Wu and K. He, "Group Normalization", 2018, equations 1 to 6.
package struct GroupNormCoefficient: OpRule, Hashable {
  package enum Kind: Hashable, Sendable { case scale, shift }

  package var kind: Kind
  package var groups: Int
  package var epsilon: Float

  package init(_ kind: Kind, groups: Int, epsilon: Float) {
    self.kind = kind
    self.groups = groups
    self.epsilon = epsilon
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(3...3)
    let x = operands[0]
    guard x.rank == 4 else { throw Misfit("takes an NCHW map") }
    guard groups > 0, x[1] % groups == 0 else {
      throw Misfit("\(x[1]) channels do not split into \(groups) groups")
    }
    for parameter in operands.dropFirst() where parameter != [x[1]] {
      throw Misfit("parameters are not one per channel")
    }
    return [x[0], x[1], 1, 1]
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 4 * operands[0].count }

  package func reductionLength(operands: [Shape]) -> Int {
    operands[0].count / operands[0][0] / groups
  }
}
