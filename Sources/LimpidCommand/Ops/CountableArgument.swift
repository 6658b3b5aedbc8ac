import ArgumentParser

/// A value of which options take ranges, as llama-bench writes them: `2-8` by ones, `2-8+3` by
/// threes, `2-32*2` by doubling. The last value is among them where a step ends on it.
protocol CountableArgument: ExpressibleByArgument {
  /// nil where it is too large.
  func next(after step: RangeStep) -> Self?
  func isWithin(_ last: Self) -> Bool
}

/// From one value of a range to the next.
enum RangeStep {
  /// Above 0.
  case plus(Int)
  /// Above 1.
  case times(Int)

  func callAsFunction(_ number: Int) -> Int? {
    let (result, overflows) =
      switch self {
      case .plus(let step): number.addingReportingOverflow(step)
      case .times(let factor): number.multipliedReportingOverflow(by: factor)
      }
    return overflows ? nil : result
  }
}

extension CountableArgument {
  /// - Returns: at most 1000 values; nil for what is no range, or a longer one.
  static func range(_ word: String) -> [Self]? {
    let ends = word.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self(argument: String(ends[0])) else { return nil }
    let parts = ends[1].split(omittingEmptySubsequences: false) { $0 == "+" || $0 == "*" }
    guard parts.count <= 2, let last = Self(argument: String(parts[0])), first.isWithin(last),
      let step = step(parts.count == 2 ? Int(parts[1]) : 1, multiplies: ends[1].contains("*"))
    else { return nil }
    var values = [first]
    while let next = values[values.count - 1].next(after: step), next.isWithin(last) {
      guard values.count < 1000 else { return nil }
      values.append(next)
    }
    return values
  }

  private static func step(_ number: Int?, multiplies: Bool) -> RangeStep? {
    guard let number, number > (multiplies ? 1 : 0) else { return nil }
    return multiplies ? .times(number) : .plus(number)
  }
}

extension Int: CountableArgument {
  func next(after step: RangeStep) -> Int? { step(self) }
  func isWithin(_ last: Int) -> Bool { self <= last }
}

/// Both sides take the step.
extension PixelSize: CountableArgument {
  func next(after step: RangeStep) -> PixelSize? {
    guard let height = step(height), let width = step(width) else { return nil }
    return PixelSize(height: height, width: width)
  }

  func isWithin(_ last: PixelSize) -> Bool { height <= last.height && width <= last.width }
}
