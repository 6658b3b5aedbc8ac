/// The middle square of a picture at another size: what CLIP is shown of a picture that is not
/// square.
///
/// As torchvision crops and Pillow resizes 8-bit pictures: bicubic with a = -0.5, over as many
/// pixels as one of the smaller picture stands for, columns before rows, with weights of 22 bits
/// and results of 8 bits after both.
struct SquareView {
  /// In pixels.
  let side: Int
  /// Planes of `side * side` values, 0 to 255.
  let planes: [UInt8]

  init(_ picture: Picture, side: Int) {
    let extent = min(picture.width, picture.height)
    let (left, top) = (Self.margin(picture.width, extent), Self.margin(picture.height, extent))
    let taps = ResamplingTaps(from: extent, to: side)
    self.side = side
    planes = (0..<3).flatMap { plane in
      let rows = (top..<top + extent).flatMap { row in
        let start = (plane * picture.height + row) * picture.width + left
        return taps.resampled(picture.planes[start..<start + extent].map(Self.byte))
      }
      let columns = (0..<side).map { column in
        taps.resampled((0..<extent).map { rows[$0 * side + column] })
      }
      return (0..<side).flatMap { row in columns.map { $0[row] } }
    }
  }

  /// What is cut off at the beginning.
  private static func margin(_ extent: Int, _ inner: Int) -> Int {
    Int((Double(extent - inner) / 2).rounded(.toNearestOrEven))
  }

  private static func byte(_ value: Float) -> UInt8 {
    UInt8((min(max(value, 0), 1) * 255).rounded())
  }
}

/// How much of every sample goes into each of fewer or more samples.
private struct ResamplingTaps {
  private static let bits = 22
  /// Of the kernel, in samples of the coarser of both.
  private static let reach = 2.0
  /// For each new sample the first that goes into it, and the weights from there on.
  private let taps: [(first: Int, weights: [Int])]

  init(from count: Int, to target: Int) {
    let scale = Double(count) / Double(target)
    let width = max(scale, 1)
    taps = (0..<target).map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(Int(centre - Self.reach * width + 0.5), 0)
      let end = min(Int(centre + Self.reach * width + 0.5), count)
      let weights = (first..<end).map { Self.cubic((Double($0) - centre + 0.5) / width) }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Self.fixed($0 / sum) })
    }
  }

  func resampled(_ samples: [UInt8]) -> [UInt8] {
    guard samples.count != taps.count else { return samples }
    return taps.map { first, weights in
      let sum = weights.enumerated().reduce(1 << (Self.bits - 1)) {
        $0 + $1.element * Int(samples[first + $1.offset])
      }
      return UInt8(min(max(sum >> Self.bits, 0), 255))
    }
  }

  private static func fixed(_ weight: Double) -> Int {
    Int(weight * Double(1 << bits) + (weight < 0 ? -0.5 : 0.5))
  }

  /// Keys' kernel, a = -0.5.
  private static func cubic(_ distance: Double) -> Double {
    let (x, a) = (abs(distance), -0.5)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
  }
}
