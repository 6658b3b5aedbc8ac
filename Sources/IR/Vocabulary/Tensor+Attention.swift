import Tensors

extension Tensor {
  /// What these queries find: softmax(q kᵀ / sqrt(d)) v in each of `heads` groups of channels.
  /// - Parameter mask: (N, T), zero where a key is not to be seen.
  package func attending(
    to keys: Tensor, _ values: Tensor, heads: Int, isCausal: Bool = false, scale: Float? = nil,
    mask: Tensor? = nil
  ) -> Tensor {
    let standard = 1 / Float(channels / Swift.max(heads, 1)).squareRoot()
    let op = Attention(heads: heads, scale: scale ?? standard, isCausal: isCausal)
    return apply(.attention(op), [keys, values] + (mask.map { [$0] } ?? []))
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

  /// The place of the largest element along `axis`.
  package func argmax(axis: Int) -> Tensor { apply(.argmax(Argmax(axis: axis))) }
}
