/// Which training steps are visited (Lin et al., 2024, table 2), as diffusers counts them.
package enum TimestepSpacing: String, CaseIterable, Sendable {
  case linspace, leading, trailing

  /// Whole timesteps, from noise to image.
  /// - Parameters:
  ///   - steps: from 1 to `count`.
  ///   - count: of training steps.
  ///   - offset: added where the spacing is `leading`.
  package func timesteps(_ steps: Int, of count: Int, offset: Int) -> [Int] {
    points(steps, below: count, of: count, offset: offset).map(Self.rounded)
  }

  /// The same in float32, with fractions where the spacing is `linspace`.
  package func fractional(_ steps: Int, of count: Int, offset: Int) -> [Double] {
    points(steps, below: count, of: count, offset: offset).map { Double(Float($0)) }
  }

  /// Whole timesteps of the multistep solvers, which divide the range into one part more and leave
  /// out the last point.
  /// - Parameter limit: the timesteps stay below it.
  package func solverTimesteps(_ steps: Int, below limit: Int, of count: Int, offset: Int) -> [Int]
  {
    switch self {
    case .linspace, .leading:
      points(steps + 1, below: limit, of: limit, offset: offset).dropLast().map(Self.rounded)
    case .trailing:
      points(steps, below: limit, of: count, offset: offset).map(Self.rounded)
    }
  }

  private func points(_ steps: Int, below limit: Int, of count: Int, offset: Int) -> [Double] {
    switch self {
    case .linspace: Self.linspace(0, Double(limit - 1), steps).reversed()
    case .leading: (0..<steps).reversed().map { Double($0 * (count / steps) + offset) }
    case .trailing: Self.trailing(steps, below: Double(limit), of: Double(count))
    }
  }

  /// Counts down as `numpy.arange` does. Where its rounding gives diffusers a point too many,
  /// before the first training step, it is left out.
  private static func trailing(_ steps: Int, below limit: Double, of count: Double) -> [Double] {
    let step = (limit - count / Double(steps)) - limit
    return (0..<steps).map { (limit + Double($0) * step).rounded(.toNearestOrEven) - 1 }
      .filter { $0 >= 0 }
  }

  private static func rounded(_ point: Double) -> Int { Int(point.rounded(.toNearestOrEven)) }

  /// `numpy.linspace`.
  static func linspace(_ start: Double, _ end: Double, _ count: Int) -> [Double] {
    guard count > 1 else { return [Double](repeating: start, count: count) }
    let step = (end - start) / Double(count - 1)
    return (0..<count - 1).map { Double($0) * step + start } + [end]
  }
}
