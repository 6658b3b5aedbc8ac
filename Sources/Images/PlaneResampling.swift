import Glibc

/// Resampling of planes to another size, averaging where the result is smaller; at the borders over
/// what there is.
///
/// As Pillow's `resize` and PyTorch's `interpolate` with `antialias`, without their rounding to 8
/// bits.
package struct PlaneResampling: Sendable {
  /// For each new sample the first that goes into it, and the weights from there on.
  private let columns: [(first: Int, weights: [Float])]
  private let rows: [(first: Int, weights: [Float])]
  private let width: Int
  private let height: Int
  private let isIdentity: Bool

  /// How much neighbours count.
  package enum Filter: Sendable {
    /// With a = -0.5. R. Keys, "Cubic Convolution Interpolation for Digital Image Processing",
    /// 1981.
    case bicubic
    /// Three lobes of a sine, in the window of a wider one. C. Duchon, "Lanczos Filtering in One
    /// and Two Dimensions", 1979.
    case lanczos

    /// In samples; of what is averaged, in samples of the result.
    fileprivate var reach: Double { self == .bicubic ? 2 : 3 }

    fileprivate func weight(_ distance: Double) -> Double {
      let x = abs(distance)
      guard x < reach else { return 0 }
      switch self {
      case .bicubic: return Self.cubic(x)
      case .lanczos: return Self.sinc(x) * Self.sinc(x / reach)
      }
    }

    private static func cubic(_ x: Double) -> Double {
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return (((x - 5) * x + 8) * x - 4) * a
    }

    private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
  }

  /// A part of the resampled planes.
  package typealias Window = (columns: Range<Int>, rows: Range<Int>)

  /// - Parameter window: what is made of the result; nil for all of it.
  /// - Precondition: all sides are positive, and the window lies within the result.
  package init(
    from size: (width: Int, height: Int), to target: (width: Int, height: Int),
    window: Window? = nil, by filter: Filter = .bicubic
  ) {
    (width, height) = size
    isIdentity = size == target && window == nil
    let window = window ?? (0..<target.width, 0..<target.height)
    columns = Self.taps(from: size.width, to: target.width, window.columns, filter)
    rows = Self.taps(from: size.height, to: target.height, window.rows, filter)
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
    from count: Int, to target: Int, _ window: Range<Int>, _ filter: Filter
  ) -> [(first: Int, weights: [Float])] {
    let scale = Double(count) / Double(target)
    let width = max(scale, 1)
    return window.map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(Int(centre - filter.reach * width + 0.5), 0)
      let end = min(Int(centre + filter.reach * width + 0.5), count)
      let weights = (first..<end).map { filter.weight((Double($0) - centre + 0.5) / width) }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Float($0 / sum) })
    }
  }
}
