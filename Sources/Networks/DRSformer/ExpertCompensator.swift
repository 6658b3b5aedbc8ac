import IR
import Tensors

/// The mixture of experts feature compensator (MEFC): four steps, in each of which eight experts,
/// convolutions of different reach and a mean, are weighed by what the features say.
extension Tensor {
  /// Reads the gates `w[0]` and the experts `w[1]`.
  func compensatedByExperts(_ w: Weights) -> Tensor {
    let (steps, experts) = (4, Self.reaches.count)
    let shares = pooled.linear(w[0].ca_fc[0], to: 2 * steps * experts).relu
      .linear(w[0].ca_fc[2], to: steps * experts)
      .reshaped(batch, steps, experts).softmax
    let preprocessed = conv(w[1].preprocess.op[0], to: channels, bias: false).relu
    return (0..<steps).reduce(preprocessed) { x, step in
      let layer = w[1]._ops[step]
      let weighed = Self.reaches.indices.map { expert in
        x.seen(by: Self.reaches[expert], layer._ops[expert].op)
          * shares.sliced(axis: 1, from: step, count: 1).sliced(axis: 2, from: expert, count: 1)
          .reshaped(batch, 1, 1, 1)
      }
      let joined = weighed[0].apply(
        .concatenation(Concatenation(axis: 1)), Array(weighed.dropFirst()))
      return (joined.conv(layer._out[0], to: channels, bias: false).relu + x).relu
    }
  }

  /// What an expert looks at.
  private enum Reach {
    /// Two separable convolutions.
    case separable(kernel: Int)
    /// One separable convolution of every second pixel.
    case dilated(kernel: Int)
    case mean
  }

  /// In the official order.
  private static let reaches: [Reach] = [
    .separable(kernel: 1), .separable(kernel: 3), .separable(kernel: 5), .separable(kernel: 7),
    .dilated(kernel: 3), .dilated(kernel: 5), .dilated(kernel: 7), .mean,
  ]

  private func seen(by reach: Reach, _ w: Weights) -> Tensor {
    switch reach {
    case .separable(let kernel):
      separated(kernel, w[0], w[1]).relu.separated(kernel, w[3], w[4])
    case .dilated(let kernel): separated(kernel, dilation: 2, w[0], w[1])
    case .mean: neighbourhoodMean(axis: 2).neighbourhoodMean(axis: 3)
    }
  }

  /// A convolution of every channel, then one of every pixel.
  private func separated(
    _ kernel: Int, dilation: Int = 1, _ w: Weights, _ pixels: Weights
  ) -> Tensor {
    let op = Convolution(
      dilation: dilation, groups: channels, padding: .all(dilation * (kernel / 2)))
    return apply(.convolution(op), [w.weight(channels, 1, kernel, kernel)], path: w.path)
      .conv(pixels, to: channels, bias: false)
  }

  /// Means of three neighbours along an axis, of two at its ends; the axis has at least two.
  private func neighbourhoodMean(axis: Int) -> Tensor {
    func means(_ count: Int, of x: Tensor) -> Tensor {
      x.localMeans(height: axis == 2 ? count : 1, width: axis == 3 ? count : 1)
    }
    func end(at start: Int) -> Tensor { means(2, of: sliced(axis: axis, from: start, count: 2)) }
    let extent = shape[axis]
    let inner = extent > 2 ? [means(3, of: self)] : []
    return end(at: 0).apply(
      .concatenation(Concatenation(axis: axis)), inner + [end(at: max(extent - 2, 0))])
  }
}
