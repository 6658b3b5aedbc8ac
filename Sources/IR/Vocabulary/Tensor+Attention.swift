import Tensors

extension Tensor {
  /// What these queries find: softmax(q kᵀ / sqrt(d)) v in each of `heads` groups of channels.
  /// - Parameters:
  ///   - mask: (N, T), zero where a key is not to be seen.
  ///   - begin: (N, 1), the number of the first query among the keys; nil for 0.
  package func attending(
    to keys: Tensor, _ values: Tensor, heads: Int, isCausal: Bool = false, scale: Float? = nil,
    mask: Tensor? = nil, from begin: Tensor? = nil
  ) -> Tensor {
    let standard = 1 / Float(channels / Swift.max(heads, 1)).squareRoot()
    let op = Attention(
      heads: heads, scale: scale ?? standard, isCausal: isCausal, startsLater: begin != nil)
    return apply(.attention(op), [keys, values] + [mask, begin].compactMap(\.self))
  }

  /// What these queries find within windows: softmax(q kᵀ / sqrt(d) + bias) v in each of `heads`
  /// groups of channels.
  /// - Parameter bias: by head and relative place, as ``Windows/tableExtents`` has them.
  package func attending(
    to keys: Tensor, _ values: Tensor, in windows: Windows, heads: Int, bias: Tensor
  ) -> Tensor {
    let scale = 1 / Float(channels / Swift.max(heads, 1)).squareRoot()
    let op = WindowAttention(heads: heads, scale: scale, windows: windows)
    return apply(.windowAttention(op), [keys, values, bias])
  }

  /// The cosines between the channels of queries and keys within windows: see
  /// ``WindowSimilarity``.
  package func windowSimilarity(heads: Int, window: Int) -> Tensor {
    apply(.windowSimilarity(WindowSimilarity(heads: heads, window: window)))
  }

  /// The values under the mean mixtures of the windows around each pixel: see ``WindowMixture``.
  package func mixed(by weights: Tensor, window: Int) -> Tensor {
    apply(.windowMixture(WindowMixture(window: window)), [weights])
  }

  /// The channels of the tokens or pixels with these numbers: see ``Gather``.
  package func gathered(at indices: Tensor) -> Tensor { apply(.gather(Gather()), [indices]) }

  /// Every head's pairs of channels turned by their token's position: see ``RotaryEmbedding``.
  package func rotated(by positions: Tensor, _ op: RotaryEmbedding) -> Tensor {
    apply(.rotaryEmbedding(op), [positions])
  }

  /// With the tokens `rows` in place of as many from number `start` (N, 1) on: see ``Insertion``.
  package func inserting(_ rows: Tensor, at start: Tensor) -> Tensor {
    apply(.insertion(Insertion()), [rows, start])
  }

  /// The place of the largest element along `axis`.
  package func argmax(axis: Int) -> Tensor { apply(.argmax(Argmax(axis: axis))) }
}
