import IR

/// A U-Net of residual blocks, three levels of which halve sides by layers and double them again.
package struct ResidualUNet: Hashable, Sendable {
  /// Channels of the levels.
  package var widths = [64, 128, 256, 512]
  /// Blocks of each level, both ways.
  package var blocks = 4
  package var hasBias = false

  package init() {}

  /// The features of the levels, the largest first, from those of the first layer.
  func descent(_ head: Tensor, _ w: Weights) -> [Tensor] {
    (0..<3).reduce(into: [head]) { levels, level in
      let w = w["m_down\(level + 1)"]
      levels.append(
        residuals(levels[level], w)
          .conv(w[blocks], to: widths[level + 1], kernel: 2, stride: 2, bias: hasBias))
    }
  }

  /// The features of the first level from those of the last.
  /// - Parameters:
  ///   - levels: of ``descent(_:_:)``, to which those of the same size are added.
  ///   - block: a block of the given level.
  func ascent(
    _ last: Tensor, _ levels: [Tensor], _ w: Weights,
    _ block: (_ x: Tensor, _ w: Weights, _ level: Int) -> Tensor
  ) -> Tensor {
    (0..<3).reversed().reduce(last) { x, level in
      let w = w["m_up\(level + 1)"]
      let larger = (x + levels[level + 1])
        .transposedConv(w[0], to: widths[level], kernel: 2, stride: 2, bias: hasBias)
      return (1...blocks).reduce(larger) { block($0, w[$1], level) }
    } + levels[0]
  }

  /// The blocks `w[0]`, `w[1]`, ...
  func residuals(_ x: Tensor, _ w: Weights) -> Tensor {
    (0..<blocks).reduce(x) { $0 + residual($0, w[$1]) }
  }

  /// What a block adds to `x`.
  func residual(_ x: Tensor, _ w: Weights) -> Tensor {
    x.conv(w.res[0], to: x.channels, kernel: 3, bias: hasBias).relu
      .conv(w.res[2], to: x.channels, kernel: 3, bias: hasBias)
  }
}

extension CheckpointReader {
  /// That of a network whose blocks of the last level are `body.0`, `body.1`, ...
  mutating func residualUNet(body: String) throws(Refusal) -> ResidualUNet {
    var found = ResidualUNet()
    found.blocks = try count(of: body, in: 1...100, as: "nb")
    let layers = ["m_head", "m_down2.0.res.0", "m_down3.0.res.0", "\(body).0.res.0"]
    found.widths = []
    for layer in layers {
      found.widths.append(try extent(0, of: "\(layer).weight", rank: 4, as: "nc"))
    }
    found.hasBias = has("m_head.bias", as: "bias")
    return found
  }
}
