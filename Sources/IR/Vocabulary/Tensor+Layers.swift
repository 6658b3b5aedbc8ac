import Tensors

extension Tensor {
  /// A convolution layer: reads `w.weight` (out, in/groups, k, k) and, with `bias`, `w.bias` (out).
  /// - Parameter padding: on all sides; `kernel / 2` when omitted and the stride is 1, else 0.
  package func conv(
    _ w: Weights, to out: Int, kernel: Int = 1, stride: Int = 1, padding: Int? = nil,
    groups: Int = 1, bias: Bool = true
  ) -> Tensor {
    let op = Convolution(
      stride: stride, groups: groups, padding: .all(padding ?? (stride == 1 ? kernel / 2 : 0)))
    var operands = [w.weight(out, channels / max(groups, 1), kernel, kernel)]
    if bias { operands.append(w.bias(out)) }
    return apply(.convolution(op), operands, path: w.path)
  }

  /// A fully connected layer on the rows of a matrix (N, C): reads `w.weight` (out, C) and, with
  /// `bias`, `w.bias` (out); gives (N, out).
  package func linear(_ w: Weights, to out: Int, bias: Bool = true) -> Tensor {
    let weight = w.weight(out, shape[shape.rank - 1])
    let product = apply(.matmul(Matmul(transposesSecond: true)), [weight], path: w.path)
    return bias ? product.apply(.binary(.add), [w.bias(out)], path: w.path) : product
  }

  /// LayerNorm over the channels of every pixel: reads `w.weight` (C) and, with `bias`, `w.bias`.
  package func layerNorm(_ w: Weights, epsilon: Float, bias: Bool = true) -> Tensor {
    var operands = [w.weight(channels)]
    if bias { operands.append(w.bias(channels)) }
    let op = Normalization(bias ? .layer : .biasFree, axis: 1, epsilon: epsilon)
    return apply(.normalization(op), operands, path: w.path)
  }
}
