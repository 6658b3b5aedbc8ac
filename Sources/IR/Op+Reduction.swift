import Tensors

extension Op {
  /// Number of terms that are summed into one element of the result, which rounding errors grow
  /// with: 1 for ops that sum nothing.
  /// - Precondition: the op accepts `operands`.
  package func reductionLength(operands: [Shape]) -> Int {
    switch self {
    case .convolution:
      operands[1].extents.dropFirst().reduce(1, *)
    case .groupNormCoefficient(let op):
      operands[0].count / operands[0][0] / op.groups
    case .attention(let op):
      max(operands[0][1] / op.heads, operands[1].count / operands[1][0] / operands[1][1])
    case .matmul(let op):
      operands[0][operands[0].rank - (op.transposesFirst ? 2 : 1)]
    case .normalization(let op):
      operands[0][op.axis]
    case .softmax(let op):
      operands[0][op.axis]
    case .mean(let op):
      op.axes.reduce(1) { $0 * operands[0][$1] }
    case .localMean(let op):
      op.height * op.width
    case .windowSimilarity(let op):
      min(op.window, operands[0][2]) * min(op.window, operands[0][3])
    case .windowMixture:
      operands[1][4]
    case .patchTransfer:
      9
    case .resize(let op):
      switch op.mode {
      case .nearest: 1
      case .bilinear: 4
      }
    case .input, .weight, .argmax, .embedding, .timestepEmbedding, .searchWindow, .unary, .binary,
      .reshape, .transpose, .slice, .gather, .concatenation, .padding, .pixelShuffle,
      .pixelUnshuffle:
      1
    }
  }
}
