import IR
import Tensors

extension SFNet {
  /// A residual block whose features are weighed by frequency.
  /// - Parameter filters: whether dynamic filters tell the frequencies apart first.
  func residual(_ x: Tensor, _ w: Weights, filters: Bool) -> Tensor {
    var features = x.activated(w.conv1, to: x.channels, kernel: 3)
    if filters {
      let halves = features.split(2)
      features = decoupled(halves[0], kernel: 3, w.dyna)
        .concatenated(with: decoupled(halves[1], kernel: 5, w.dyna_2))
    }
    let halves = features.split(2)
    return weighed(halves[0], w.global_ap)
      .concatenated(with: weighedByQuarters(halves[1], w.localap))
      .conv(w.conv2.main[0], to: x.channels, kernel: 3) + x
  }

  /// Multi-branch dynamic selective frequency module: a low-pass filter that the features choose,
  /// what it leaves over, and both weighed against each other by channel.
  private func decoupled(_ x: Tensor, kernel: Int, _ w: Weights) -> Tensor {
    let (n, c, groups) = (x.batch, x.channels, configuration.filterGroups)
    // Parameters that the official code has and does not read.
    _ = (w.lamb_l(c), w.lamb_h(c))
    let filters = x.pooled.conv(w.conv, to: groups * kernel * kernel, bias: false)
      .batchNormalized(w.bn).reshaped(n, groups, 1, kernel * kernel).softmax
    let shared = [Tensor](repeating: filters, count: max(c / max(groups, 1), 1))
    let taps = shared[0].apply(.concatenation(Concatenation(axis: 2)), Array(shared.dropFirst()))
      .reshaped(n * c, 1, kernel, kernel)
    let low = x.mirrored(by: kernel / 2)
      .reshaped(1, n * c, x.height + kernel - 1, x.width + kernel - 1)
      .apply(.convolution(Convolution(groups: n * c)), [taps], path: w.path)
      .reshaped(n, c, x.height, x.width)
    return modulated(low: low, high: x - low, mean: mean(of: x), w.modulate)
  }

  /// - Parameter mean: of the sum of both.
  private func modulated(low: Tensor, high: Tensor, mean: Tensor, _ w: Weights) -> Tensor {
    let c = low.channels
    let joint = mean.conv(w.fc, to: max(c / 2, 32))
    let shares = joint.conv(w.fcs[0], to: c).concatenated(with: joint.conv(w.fcs[1], to: c))
      .apply(.softmax(Softmax(axis: 1))).split(2)
    return (high * shares[0].spread(over: high) + low * shares[1].spread(over: low))
      .conv(w.out, to: c)
  }

  /// Multi-branch compact selective frequency module, its branch for the whole map.
  private func weighed(_ x: Tensor, _ w: Weights) -> Tensor {
    let low = mean(of: x).spread(over: x)
    let gains = (low: w.fscale_d(x.channels), high: w.fscale_h(x.channels))
    return (x - low) * (gains.high.reshaped(1, x.channels, 1, 1) + 1)
      + low * gains.low.reshaped(1, x.channels, 1, 1)
  }

  /// The branch for the map's four quarters, each with gains of its own.
  private func weighedByQuarters(_ x: Tensor, _ w: Weights) -> Tensor {
    let (high, low) = (w.h(4 * x.channels), w.l(4 * x.channels))
    let rows = (0..<2).map { row in
      let quarters = (0..<2).map { column in
        let quarter = x.sliced(axis: 2, from: row * (x.height / 2), count: x.height / 2)
          .sliced(axis: 3, from: column * (x.width / 2), count: x.width / 2)
        let mean = mean(of: quarter).spread(over: quarter)
        let index = 2 * row + column
        return (quarter - mean) * high.gains(ofQuarter: index) + mean * low.gains(ofQuarter: index)
      }
      return quarters[0].apply(.concatenation(Concatenation(axis: 3)), [quarters[1]])
    }
    return rows[0].apply(.concatenation(Concatenation(axis: 2)), [rows[1]])
  }

  /// The low frequencies: as small a map as says them, see `spread(over:)`.
  private func mean(of x: Tensor) -> Tensor {
    switch configuration.pooling {
    case .whole: x.pooled
    case .windows(let base):
      x.localMeans(
        height: max(x.height * base / 256, 1), width: max(x.width * base / 256, 1))
    }
  }
}

extension Tensor {
  /// The gains of one quarter, (1, C, 1, 1), of a vector that has four for each channel.
  fileprivate func gains(ofQuarter index: Int) -> Tensor {
    let channels = shape.count / 4
    return reshaped(channels, 4).sliced(axis: 1, from: index, count: 1)
      .reshaped(1, channels, 1, 1)
  }

  /// Batch normalization by the statistics of training.
  fileprivate func batchNormalized(_ w: Weights) -> Tensor {
    func column(_ vector: Tensor) -> Tensor { vector.reshaped(1, channels, 1, 1) }
    let deviation = (column(w.running_var(channels)) + 1e-5).sqrt
    return (self - column(w.running_mean(channels))) / deviation * column(w.weight(channels))
      + column(w.bias(channels))
  }

  /// Reflected on all sides; where the map is too small, as far as it goes and the border repeated
  /// from there.
  fileprivate func mirrored(by amount: Int) -> Tensor {
    let (rows, columns) = (min(amount, height - 1), min(amount, width - 1))
    let reflected = padded(
      .reflect, Edges(top: rows, left: columns, bottom: rows, right: columns))
    guard rows < amount || columns < amount else { return reflected }
    let (above, beside) = (amount - rows, amount - columns)
    return reflected.padded(
      .replicate, Edges(top: above, left: beside, bottom: above, right: beside))
  }
}
