import Tensors

extension Plane {
  /// How far each value is from the mean of its 7 x 7 window, in the window's deviations plus one.
  /// The picture goes on beyond its sides as they are.
  var locallyNormalized: Plane {
    let (weights, margin) = (Self.windowWeights, 3)
    let (stride, wide) = (width + 2 * margin, extended(by: margin))
    var result = [Double](repeating: 0, count: width * height)
    for y in 0..<height {
      for x in 0..<width {
        var (mean, square) = (0.0, 0.0)
        for j in 0..<7 {
          let start = (y + j) * stride + x
          for i in 0..<7 {
            let (value, weight) = (wide[start + i], weights[7 * j + i])
            mean += weight * value
            square += weight * value * value
          }
        }
        let deviation = (abs(square - mean * mean) + Double.ulpOfOne).squareRoot()
        result[y * width + x] = (values[y * width + x] - mean) / (deviation + 1)
      }
    }
    return Plane(width: width, height: height, values: result)
  }

  /// In single precision, as pyiqa has them: their sum is not quite 1, which decides the sign of
  /// what is left of a flat surface.
  private static let windowWeights: [Double] = {
    let row = GaussianWindow(side: 7, deviation: 7 / 6).weights
    return row.flatMap { a in row.map { b in Double(Float(a * b)) } }
  }()

  /// With so many more pixels at each side, which repeat the outermost.
  private func extended(by margin: Int) -> [Double] {
    (-margin..<height + margin).flatMap { row in
      let start = row.clamped(to: 0...height - 1) * width
      return (-margin..<width + margin).map { values[start + $0.clamped(to: 0...width - 1)] }
    }
  }
}
