import Glibc

/// How far a computed tensor is from the expected one.
///
/// A NaN or an infinity on one side only is an infinite error, and so are different shapes: no
/// tolerance passes them. Where both sides hold the same infinity, or both a NaN, the elements
/// agree; they are left out of the sums and counted in ``sharedNonFinite``.
package struct Comparison: Codable, Sendable, CustomStringConvertible {
  /// One pair of elements and where it lies.
  package struct Element: Codable, Sendable {
    package let index: [Int]
    package let actual: Float
    package let expected: Float

    package init(index: [Int], actual: Float, expected: Float) {
      (self.index, self.actual, self.expected) = (index, actual, expected)
    }
  }

  package let actualShape: Shape
  package let expectedShape: Shape
  /// Largest |actual - expected|.
  package let maxAbs: Double
  /// The largest finite magnitude of `expected`.
  package let largestExpected: Double
  /// Mean |actual - expected|.
  package let meanAbs: Double
  /// sum (actual - expected)^2 / sum expected^2; infinite when only the latter is zero.
  package let nmse: Double
  /// 10 log10 (peak^2 / mean (actual - expected)^2) in dB; infinite when the tensors are equal.
  package let psnr: Double
  /// The pair with the largest difference; nil when there is none.
  package let worst: Element?
  /// Pairs of which exactly one side is finite, or which are non-finite in different ways.
  package let nonFiniteMismatches: Int
  /// Pairs that hold the same infinity or are both NaN.
  package let sharedNonFinite: Int

  /// Compares element by element, in float32.
  /// - Parameter leastPeak: PSNR relates to the largest finite magnitude of `expected`, but at
  ///   least to this: 1 for images in [0, 1], dark ones included; 0 for other tensors.
  package init(_ actual: HostTensor, with expected: HostTensor, leastPeak: Double = 1) {
    actualShape = actual.shape
    expectedShape = expected.shape
    var tally = Tally()
    if actual.shape == expected.shape {
      for (index, pair) in zip(actual.floats, expected.floats).enumerated() {
        tally.add(pair.0, pair.1, at: index)
      }
    }
    let fails = actual.shape != expected.shape || tally.mismatches > 0
    let compared = Double(max(tally.compared, 1))
    let peak = max(leastPeak, tally.largestExpected)
    largestExpected = tally.largestExpected
    maxAbs = fails ? .infinity : tally.maxAbs
    meanAbs = fails ? .infinity : tally.absolute / compared
    nmse = fails ? .infinity : tally.squared == 0 ? 0 : tally.squared / tally.energy
    psnr =
      fails
      ? -.infinity
      : tally.squared == 0 ? .infinity : 10 * log10(peak * peak * compared / tally.squared)
    worst = tally.worst.map {
      Element(index: actual.shape.index(at: $0.offset), actual: $0.actual, expected: $0.expected)
    }
    nonFiniteMismatches = tally.mismatches
    sharedNonFinite = tally.shared
  }

  /// Whether every limit of `tolerance` is kept.
  package func passes(_ tolerance: Tolerance) -> Bool {
    tolerance.limits.allSatisfy { $0.admits(self) }
  }

  package var description: String {
    guard actualShape == expectedShape else {
      return "shape \(actualShape) where \(expectedShape) is expected"
    }
    var parts: [String] = []
    if nonFiniteMismatches > 0 {
      parts.append("\(nonFiniteMismatches) elements are non-finite on one side only")
    } else {
      parts.append("max|d| \(maxAbs.short), mean|d| \(meanAbs.short), NMSE \(nmse.short)")
      parts.append("PSNR \(psnr.short) dB")
    }
    if let worst {
      let place = worst.index.map(String.init).joined(separator: ", ")
      parts.append("worst at [\(place)]: \(worst.actual), expected \(worst.expected)")
    }
    if sharedNonFinite > 0 { parts.append("\(sharedNonFinite) elements non-finite on both sides") }
    return parts.joined(separator: ", ")
  }
}

/// The running sums of a comparison.
private struct Tally {
  var maxAbs = 0.0
  var absolute = 0.0
  var squared = 0.0
  var energy = 0.0
  var largestExpected = 0.0
  var compared = 0
  var mismatches = 0
  var shared = 0
  var worst: (offset: Int, actual: Float, expected: Float)?

  mutating func add(_ actual: Float, _ expected: Float, at offset: Int) {
    guard actual.isFinite, expected.isFinite else {
      if actual == expected || (actual.isNaN && expected.isNaN) {
        shared += 1
      } else {
        if mismatches == 0 { worst = (offset, actual, expected) }
        mismatches += 1
      }
      return
    }
    let difference = abs(Double(actual) - Double(expected))
    compared += 1
    absolute += difference
    squared += difference * difference
    energy += Double(expected) * Double(expected)
    largestExpected = max(largestExpected, abs(Double(expected)))
    if difference > maxAbs {
      maxAbs = difference
      if mismatches == 0 { worst = (offset, actual, expected) }
    }
  }
}

extension Shape {
  /// The index along each axis of the element at `offset` in row-major order.
  package func index(at offset: Int) -> [Int] {
    zip(strides, extents).map { offset / $0 % $1 }
  }
}

extension Double {
  /// Three significant digits: `1.23e-07`.
  fileprivate var short: String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
    let exponent = Int(Glibc.floor(log10(abs(self))))
    guard !(-3..<5).contains(exponent) else {
      let scale = pow(10, Double(max(2 - exponent, 0)))
      return "\((self * scale).rounded() / scale)"
    }
    let mantissa = (self / pow(10, Double(exponent)) * 100).rounded() / 100
    return "\(mantissa)e\(exponent)"
  }
}
