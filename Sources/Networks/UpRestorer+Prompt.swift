import IR
import Tensors

extension UpRestorer {
  /// The prompt at one place of the decoder: a few components of one channel and `side` x `side`
  /// pixels, mixed by what the features say and resized to them.
  package struct Prompt: Hashable, Sendable {
    package var components = 5
    package var side: Int
    /// Side of the learned maps A and M.
    package var mapSide = 16

    package init(components: Int = 5, side: Int, mapSide: Int = 16) {
      self.components = components
      self.side = side
      self.mapSide = mapSide
    }
  }

  /// What the paper's learnable queries (eq. 17) are. It does not say.
  package enum Queries: Hashable, Sendable {
    case none
    /// A vector of each block of the network.
    case perBlock
    /// One vector for each level of the decoder, from this many components.
    case generated(components: Int)
  }

  /// The prompt upgrade module, eq. 14:
  /// P <- M (t (x_t - A (1 - t) - N) / sigma^2 + rho P - s_theta).
  ///
  /// It comes from an iteration on images; what x_t and s_theta are among features is a choice.
  package struct Upgrade: Hashable, Sendable {
    package var sigma = 1.0
    package var rho = 1.0
    /// Factor of s_theta: -1 as eq. 14 has it, 1 as it follows from eq. 10.
    package var scoreSign = -1.0
    /// Whether x_t is the encoder's features of the same level; the features themselves otherwise.
    package var observesEncoder = true
    /// Whether the module's result is added to the features; it replaces them otherwise.
    package var isResidual = true

    package init() {}
  }
}

extension UpRestorer.Prompt {
  /// (N, C, H, W) for features (N, C, H, W).
  func generated(for x: Tensor, _ w: Weights) -> Tensor {
    let shares = x.pooled.linear(w.linear_layer, to: components, bias: false)
      .reshaped(x.batch, components).softmax
    let parameters = w.prompt_param(1, components, 1, side, side)
    return shares.times(parameters.reshaped(components, side * side))
      .reshaped(x.batch, 1, side, side)
      .resized(.bilinear, height: x.height, width: x.width)
      .conv(w.conv3x3, to: x.channels, kernel: 3, bias: false)
  }
}

extension UpRestorer.Upgrade {
  /// The transmission t that features (N, C, H, W) tell, (N, 1, H, W) in 0...1.
  func transmission(of x: Tensor, _ w: Weights) -> Tensor {
    x.conv(w.t_layer, to: 1, bias: false).sigmoid
  }

  /// - Parameters:
  ///   - x: x_t, (N, C, H, W).
  ///   - score: s_theta, and what the noise N is read from.
  ///   - t: the transmission that the score tells.
  func callAsFunction(
    _ prompt: Tensor, observed x: Tensor, score: Tensor, transmission t: Tensor, _ w: Weights,
    mapSide: Int
  ) -> Tensor {
    func map(_ w: Weights) -> Tensor {
      w(1, 1, mapSide, mapSide).resized(.bilinear, height: x.height, width: x.width)
    }
    let noise = score.conv(w.n_layer, to: 1, bias: false)
    let residual = x - (map(w.A) * (t * -1 + 1) + noise)
    let data = residual * (t * Float(1 / (sigma * sigma)))
    return (data + prompt * Float(rho) + score * Float(scoreSign)) * map(w.M)
  }
}
