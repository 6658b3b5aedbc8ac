/// Resampling of planes to another size: bicubic with a = -0.5, averaging where the result is
/// smaller; at the borders over what there is.
///
/// As Pillow's `BICUBIC` and PyTorch's `interpolate` with `antialias`, without their rounding to 8
/// bits. R. Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981.
package struct BicubicResampling: Sendable {
  /// For each new sample the first that goes into it, and the weights from there on.
  private let columns: [(first: Int, weights: [Float])]
  private let rows: [(first: Int, weights: [Float])]
  private let width: Int
  private let height: Int
  private let isIdentity: Bool

  /// A part of the resampled planes.
  package typealias Window = (columns: Range<Int>, rows: Range<Int>)

  /// - Parameter window: what is made of the result; nil for all of it.
  /// - Precondition: all sides are positive, and the window lies within the result.
  package init(
    from size: (width: Int, height: Int), to target: (width: Int, height: Int),
    window: Window? = nil
  ) {
    (width, height) = size
    isIdentity = size == target && window == nil
    let window = window ?? (0..<target.width, 0..<target.height)
    columns = Self.taps(from: size.width, to: target.width, window.columns)
    rows = Self.taps(from: size.height, to: target.height, window.rows)
  }

  /// Resamples each of the planes that lie one after the other.
  /// - Precondition: `planes` holds a multiple of `width * height` values.
  package func resampled(_ planes: [Float]) -> [Float] {
    guard !isIdentity else { return planes }
    let count = planes.count / (width * height)
    let size = count * rows.count * columns.count
    return [Float](unsafeUninitializedCapacity: size) { target, filled in
      var wide = [Float](repeating: 0, count: height * columns.count)
      for plane in 0..<count {
        widen(planes[plane * width * height..<(plane + 1) * width * height], to: &wide)
        heighten(wide, to: &target, from: plane * rows.count * columns.count)
      }
      filled = size
    }
  }

  private func widen(_ plane: ArraySlice<Float>, to wide: inout [Float]) {
    plane.withUnsafeBufferPointer { plane in
      for row in 0..<height {
        for (column, (first, weights)) in columns.enumerated() {
          var sum: Float = 0
          for (tap, weight) in weights.enumerated() {
            sum += weight * plane[row * width + first + tap]
          }
          wide[row * columns.count + column] = sum
        }
      }
    }
  }

  private func heighten(
    _ wide: [Float], to target: inout UnsafeMutableBufferPointer<Float>, from start: Int
  ) {
    let length = columns.count
    for (row, (first, weights)) in rows.enumerated() {
      for column in 0..<length {
        var sum: Float = 0
        for (tap, weight) in weights.enumerated() {
          sum += weight * wide[(first + tap) * length + column]
        }
        target[start + row * length + column] = sum
      }
    }
  }

  private static func taps(
    from count: Int, to target: Int, _ window: Range<Int>
  ) -> [(first: Int, weights: [Float])] {
    let scale = Double(count) / Double(target)
    let width = max(scale, 1)
    return window.map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(Int(centre - 2 * width + 0.5), 0)
      let end = min(Int(centre + 2 * width + 0.5), count)
      let weights = (first..<end).map { cubic((Double($0) - centre + 0.5) / width) }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Float($0 / sum) })
    }
  }

  private static func cubic(_ distance: Double) -> Double {
    let (x, a) = (abs(distance), -0.5)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
  }
}
