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

  /// A fully connected layer on the channels of every pixel or token: reads `w.weight` (out, C)
  /// and, with `bias`, `w.bias` (out).
  package func linear(_ w: Weights, to out: Int, bias: Bool = true) -> Tensor {
    var operands = [w.weight(out, channels)]
    if bias { operands.append(w.bias(out)) }
    return apply(.convolution(Convolution()), operands, path: w.path)
  }

  /// A PReLU layer: reads `w.weight` (C), the slopes of the channels below zero.
  package func prelu(_ w: Weights) -> Tensor {
    apply(.binary(.prelu), [w.weight(channels).reshaped(1, channels, 1, 1)], path: w.path)
  }

  /// LayerNorm over the channels of every pixel: reads `w.weight` (C) and, with `bias`, `w.bias`.
  package func layerNorm(_ w: Weights, epsilon: Float, bias: Bool = true) -> Tensor {
    var operands = [w.weight(channels)]
    if bias { operands.append(w.bias(channels)) }
    let op = Normalization(bias ? .layer : .biasFree, axis: 1, epsilon: epsilon)
    return apply(.normalization(op), operands, path: w.path)
  }

  /// Normalization by the root mean square of the channels: reads `w.weight` (C).
  package func rmsNorm(_ w: Weights, epsilon: Float) -> Tensor {
    let op = Normalization(.rootMeanSquare, axis: 1, epsilon: epsilon)
    return apply(.normalization(op), [w.weight(channels)], path: w.path)
  }

  /// Batch normalization by the statistics of the training: reads `w.weight`, `w.bias`,
  /// `w.running_mean` and `w.running_var` (C).
  package func batchNorm(_ w: Weights, epsilon: Float) -> Tensor {
    let scale = w.weight(channels) / (w.running_var(channels) + epsilon).sqrt
    let shift = w.bias(channels) - w.running_mean(channels) * scale
    return self * scale.reshaped(1, channels, 1, 1) + shift.reshaped(1, channels, 1, 1)
  }

  /// Group normalization: reads `w.weight` and `w.bias` (C).
  package func groupNorm(_ w: Weights, groups: Int, epsilon: Float) -> Tensor {
    let parameters = [w.weight(channels), w.bias(channels)]
    func coefficient(_ kind: GroupNormCoefficient.Kind) -> Tensor {
      let op = GroupNormCoefficient(kind, groups: groups, epsilon: epsilon)
      return apply(.groupNormCoefficient(op), parameters, path: w.path)
    }
    return self * coefficient(.scale) + coefficient(.shift)
  }

  /// The rows of `w.weight` (vocabulary, features) that this matrix (N, T) of numbers names:
  /// tokens (N, features, T, 1).
  package func embedded(_ w: Weights, vocabulary: Int, features: Int) -> Tensor {
    apply(.embedding(Embedding()), [w.weight(vocabulary, features)], path: w.path)
  }
}
