import Tensors

extension Tensor {
  /// A transposed convolution layer: reads `w.weight` (C, `out` / groups, k, k) and, with `bias`,
  /// `w.bias` (`out`), as PyTorch's `ConvTranspose2d` stores them. A side of n pixels becomes one
  /// of (n - 1) stride + k - 2 padding.
  ///
  /// Each pixel of a square of `stride` x `stride` results depends on other taps: the pixels are
  /// channels of one convolution, whose filters have zeros for the taps of the others.
  package func transposedConv(
    _ w: Weights, to out: Int, kernel: Int, stride: Int, padding: Int = 0, groups: Int = 1,
    bias: Bool = true
  ) -> Tensor {
    let axis = TransposedAxis(kernel: kernel, stride: stride, padding: padding)
    let (extent, made, read) = (axis.extent, out / max(groups, 1), channels / max(groups, 1))
    let weight = w.weight(channels, made, kernel, kernel)
    let phases = (0..<stride * stride).map {
      weight.taps(axis, $0 / stride, along: 2).taps(axis, $0 % stride, along: 3)
        .reshaped(channels, made, 1, extent, extent)
    }
    let filters = phases[0]
      .apply(.concatenation(Concatenation(axis: 2)), Array(phases.dropFirst()))
      .reshaped(groups, read, made * phases.count, extent, extent).transposed(0, 2, 1, 3, 4)
      .reshaped(out * phases.count, read, extent, extent)
    let edges = Edges(
      top: -axis.first, left: -axis.first, bottom: axis.after(height), right: axis.after(width))
    let result = apply(
      .convolution(Convolution(groups: groups, padding: edges)), [filters], path: w.path
    ).shuffled(stride).cropped(height: axis.results(height), width: axis.results(width))
    return bias ? result + w.bias(out).reshaped(1, out, 1, 1) : result
  }

  /// The taps of a filter that results in this phase have, in the order of the pixels that they
  /// meet, among zeros.
  private func taps(_ axis: TransposedAxis, _ phase: Int, along dimension: Int) -> Tensor {
    let parts = axis.taps(phase).reversed().map { sliced(axis: dimension, from: $0, count: 1) }
    let taps = parts[0].apply(
      .concatenation(Concatenation(axis: dimension)), Array(parts.dropFirst()))
    let (before, after) = axis.zeros(phase)
    guard before + after > 0 else { return taps }
    return taps.padded(
      .zero,
      dimension == 2 ? Edges(top: before, bottom: after) : Edges(left: before, right: after))
  }
}

/// How the taps of a transposed convolution lie along one axis. Pixels are counted from the one
/// that has the number of the square of results.
private struct TransposedAxis {
  let kernel: Int
  let stride: Int
  let padding: Int

  /// Of the results at place `phase` of the squares, that of the last pixel first.
  func taps(_ phase: Int) -> [Int] {
    Array(Swift.stride(from: (phase + padding) % stride, to: kernel, by: stride))
  }

  /// The last pixel that results in this phase read.
  private func last(_ phase: Int) -> Int { (phase + padding) / stride }

  private var last: Int { last(stride - 1) }

  /// The first pixel that any result reads.
  var first: Int { (0..<stride).reduce(0) { min($0, last($1) - taps($1).count + 1) } }

  /// Pixels that a filter covers.
  var extent: Int { last - first + 1 }

  /// Pixels before and behind those that results in this phase read.
  func zeros(_ phase: Int) -> (before: Int, after: Int) {
    (last(phase) - taps(phase).count + 1 - first, last - last(phase))
  }

  func results(_ pixels: Int) -> Int { (pixels - 1) * stride + kernel - 2 * padding }

  /// Pixels behind the last one that results read.
  func after(_ pixels: Int) -> Int {
    max(0, (results(pixels) + stride - 1) / stride - pixels + last)
  }
}
