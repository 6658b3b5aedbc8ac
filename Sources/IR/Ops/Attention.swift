import Tensors

/// Scaled dot-product attention in several heads: softmax over the keys of scale q·k, times v.
///
/// Operands: q (N, h d, H, W); k (N, h d, H', W'); v (N, h e, H', W'); optionally a mask (N, H' W')
/// that is zero where a key is not to be seen; where ``startsLater``, numbers (N, 1), which the
/// first query of every image has among the keys. Tokens are the pixels in row-major order; a
/// sequence of T tokens has the shape (N, C, T, 1). Head i owns the channels i d ..< (i + 1) d.
/// Result: (N, h e, H, W); zero where a query sees no key.
///
/// A. Vaswani et al., "Attention Is All You Need", 2017, equation 1.
package struct Attention: OpRule, Hashable {
  package var heads: Int
  package var scale: Float
  /// Whether a query sees no key of a higher number than its own.
  package var isCausal: Bool
  /// Whether the last operand says where the queries begin; otherwise they begin with the keys.
  package var startsLater: Bool

  package init(heads: Int, scale: Float, isCausal: Bool = false, startsLater: Bool = false) {
    self.heads = heads
    self.scale = scale
    self.isCausal = isCausal
    self.startsLater = startsLater
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    var operands = try operands.checked(startsLater ? 4...5 : 3...4)
    if startsLater {
      guard isCausal, operands.removeLast() == [operands[0][0], 1] else {
        throw Misfit("the begin of causal queries is not one number per image")
      }
    }
    let (q, k, v) = (operands[0], operands[1], operands[2])
    guard q.rank == 4, k.rank == 4, v.rank == 4 else { throw Misfit("takes NCHW maps") }
    guard q[0] == k[0], k[0] == v[0] else { throw Misfit("batches differ") }
    guard q[1] == k[1] else { throw Misfit("queries and keys differ in channels") }
    guard k[2] == v[2], k[3] == v[3] else { throw Misfit("keys and values differ in number") }
    guard heads > 0, q[1] % heads == 0, v[1] % heads == 0 else {
      throw Misfit("channels do not split into \(heads) heads")
    }
    if operands.count == 4, operands[3] != [k[0], k[2] * k[3]] {
      throw Misfit("the mask is not one number per key")
    }
    return [q[0], v[1], q[2], q[3]]
  }

  package func flops(operands: [Shape], output: Shape) -> Int {
    let (queries, keys) = (output[2] * output[3], operands[1][2] * operands[1][3])
    return 2 * output[0] * queries * keys * (operands[0][1] + output[1])
  }

  package func reductionLength(operands: [Shape]) -> Int {
    max(operands[0][1] / heads, operands[1].count / operands[1][0] / operands[1][1])
  }
}
