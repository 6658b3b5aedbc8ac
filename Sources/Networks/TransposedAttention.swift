import IR
import Tensors

/// Attention between the channels of each head, over all pixels or over windows of them.
///
/// The core of Restormer's multi-Dconv head transposed attention (MDTA): what lies between the
/// projections.
struct TransposedAttention {
  let heads: Int
  /// Added to the queries before they are normalized, (heads, C / heads, 1); see Up-Restorer.
  var query: Tensor?
  /// How much attention to half, two thirds, three quarters and four fifths of the channels, those
  /// most similar, counts (1 each); empty for attention to all of them.
  var shares: [Tensor] = []

  /// softmax(temperature q kᵀ / |q| |k|) v for qkv (N, 3 C, H, W); result (N, C, H, W).
  func callAsFunction(_ qkv: Tensor, temperature: Tensor) -> Tensor {
    let (q, k, v) = parts(of: qkv)
    let similarity = q.normalized.times(transposed: k.normalized)
    let mixed = mixture(similarity * temperature).times(v)
    return mixed.reshaped(qkv.batch, qkv.channels / 3, qkv.height, qkv.width)
  }

  /// The same within each of the windows of `window` x `window` pixels that cover the map,
  /// averaged where they overlap: TLC's local attention.
  func callAsFunction(_ qkv: Tensor, temperature: Tensor, window: Int) -> Tensor {
    let qkv = query.map { qkv + added($0, qkv.channels) } ?? qkv
    let similarity = qkv.windowSimilarity(heads: heads, window: window)
    return qkv.mixed(by: mixture(similarity * temperature), window: window)
  }

  /// How channels mix whose similarities are `scores`.
  private func mixture(_ scores: Tensor) -> Tensor {
    guard !shares.isEmpty else { return scores.softmax }
    let channels = scores.shape[scores.shape.rank - 1]
    let counts = [channels / 2, channels * 2 / 3, channels * 3 / 4, channels * 4 / 5]
    return zip(counts, shares).map { scores.softmax(ofLargest: max($0, 1)) * $1 }.total
  }

  private func parts(of qkv: Tensor) -> (q: Tensor, k: Tensor, v: Tensor) {
    let (n, c) = (qkv.batch, qkv.channels / 3)
    let parts = qkv.split(3).map {
      $0.reshaped(n, heads, c / heads, qkv.height * qkv.width)
    }
    return (query.map { parts[0] + $0 } ?? parts[0], parts[1], parts[2])
  }

  /// What adds `query` to the first third of `channels`, and nothing to the others.
  private func added(_ query: Tensor, _ channels: Int) -> Tensor {
    query.reshaped(1, 1, channels / 3, 1).padded(.zero, Edges(bottom: channels / 3 * 2))
      .reshaped(1, channels, 1, 1)
  }
}

extension Array<Tensor> {
  var total: Tensor { dropFirst().reduce(self[0], +) }

  func concatenated(alongAxis axis: Int) -> Tensor {
    count == 1
      ? self[0] : self[0].apply(.concatenation(Concatenation(axis: axis)), Array(dropFirst()))
  }
}
