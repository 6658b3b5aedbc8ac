import Tensors

extension Tensor {
  /// A transposed convolution of kernel 4, stride 2 and padding 1, which doubles the sides: reads
  /// `w.weight` (C, `out`, 4, 4) and `w.bias` (`out`), as PyTorch's `ConvTranspose2d` stores them.
  ///
  /// Each pixel of a square of 2 x 2 results depends on another 2 x 2 of the taps: the four are the
  /// channels of one 3 x 3 convolution, its other taps zero.
  package func doubled(_ w: Weights, to out: Int) -> Tensor {
    let weight = w.weight(channels, out, 4, 4)
    let phases = [(0, 0), (0, 1), (1, 0), (1, 1)].map { row, column in
      weight.taps(row, axis: 2).taps(column, axis: 3)
        .padded(.zero, Edges(top: row, left: column, bottom: 1 - row, right: 1 - column))
        .reshaped(channels, out, 1, 3, 3)
    }
    let filters = phases[0]
      .apply(.concatenation(Concatenation(axis: 2)), Array(phases.dropFirst()))
      .reshaped(channels, 4 * out, 3, 3).transposed(1, 0, 2, 3)
    let squares = apply(.convolution(Convolution(padding: .all(1))), [filters], path: w.path)
    return squares.pixelShuffled(2) + w.bias(out).reshaped(1, out, 1, 1)
  }

  /// A transposed convolution of kernel 2 and stride 2 without a bias, which makes a square of every
  /// pixel: reads `w.weight` (C, `out`, 2, 2).
  package func squared(_ w: Weights, to out: Int) -> Tensor {
    let filters = w.weight(channels, out, 2, 2).transposed(1, 2, 3, 0)
      .reshaped(4 * out, channels)
    return apply(.convolution(Convolution()), [filters], path: w.path).pixelShuffled(2)
  }

  /// The taps that meet a result of this phase, in the order of the pixels that they belong to.
  private func taps(_ phase: Int, axis: Int) -> Tensor {
    sliced(axis: axis, from: 3 - phase, count: 1).apply(
      .concatenation(Concatenation(axis: axis)),
      [sliced(axis: axis, from: 1 - phase, count: 1)])
  }
}
