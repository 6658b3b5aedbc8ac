import IR

extension Tensor {
  /// (x - mean) times `scale`, each channel having a mean of its own.
  func centred(on means: [Float], times scale: Float) -> Tensor {
    joined(zip(split(means.count), means).map { ($0 + -$1) * scale })
  }

  /// x / `scale` + mean, each channel having a mean of its own.
  func restored(to means: [Float], from scale: Float) -> Tensor {
    joined(zip(split(means.count), means).map { $0 * (1 / scale) + $1 })
  }

  private func joined(_ parts: [Tensor]) -> Tensor {
    parts[0].apply(.concatenation(Concatenation(axis: 1)), Array(parts.dropFirst()))
  }
}

/// The mean colour of DIV2K, which images of three channels are centred on; zeros for others.
func meanColour(channels: Int) -> [Float] {
  channels == 3 ? [0.4488, 0.4371, 0.4040] : [Float](repeating: 0, count: channels)
}
