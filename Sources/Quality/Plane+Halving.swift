extension Plane {
  /// At half the size, as MATLAB's `imresize` makes it: bicubic and without aliases, mirrored at
  /// the sides. In single precision, as pyiqa computes it.
  /// - Precondition: both sides are even.
  var halved: Plane {
    let shares = values.map { Float($0 / 255) }
    let rows = (0..<height / 2).flatMap { y in
      (0..<width).map { x in
        Self.sum(around: 2 * y, of: height) { shares[$0 * width + x] }
      }
    }
    let halves = (0..<height / 2).flatMap { y in
      (0..<width / 2).map { x in
        255 * Double(Self.sum(around: 2 * x, of: width) { rows[y * width + $0] })
      }
    }
    return Plane(width: width / 2, height: height / 2, values: halves)
  }

  /// The cubic of -0.5 at odd eighths of its width.
  private static let weights: [Float] = [
    -0.01171875, -0.03515625, 0.11328125, 0.43359375, 0.43359375, 0.11328125, -0.03515625,
    -0.01171875,
  ]

  private static func sum(around place: Int, of count: Int, _ value: (Int) -> Float) -> Float {
    var sum: Float = 0
    for (i, weight) in weights.enumerated() {
      let index = place - 3 + i
      sum += weight * value(index < 0 ? -1 - index : index < count ? index : 2 * count - 1 - index)
    }
    return sum
  }
}
