import Tensors

extension Image {
  /// The image with every sample on a step of 8 bits: the next lower or higher one, as an ordered
  /// pattern of 8x8 pixels decides (Bayer 1973), so that gradients show no bands. Samples that are
  /// on a step stay there.
  var dithered: Image {
    let thresholds = Self.thresholds
    let dithered = [Float](unsafeUninitializedCapacity: samples.count) { target, count in
      count = samples.count
      for row in 0..<channels.rawValue * height {
        let pattern = row % height % 8 * 8
        for x in 0..<width {
          let i = row * width + x
          let steps = samples[i].clamped(to: 0...1) * 255 + thresholds[pattern + x % 8]
          target[i] = steps.rounded(.down) / 255
        }
      }
    }
    return replacing(width: width, height: height, channels: channels, samples: dithered)
  }

  /// 64 different values in (0, 1), neighbours far from each other.
  private static var thresholds: [Float] {
    (0..<64).map { place in
      let (x, y) = (place % 8, place / 8)
      let rank = (0..<3).reduce(0) { rank, bit in
        let (column, row) = (x >> bit & 1, y >> bit & 1)
        return rank << 2 | (column ^ row) << 1 | row
      }
      return (Float(rank) + 0.5) / 64
    }
  }
}
