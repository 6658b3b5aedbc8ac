import Foundation

/// The logarithmic axes of a ``Roofline``: operations per byte to the right, operations per second
/// upwards.
struct RooflineAxes {
  /// A place in the drawing, in its pixels from the upper left.
  typealias Place = (x: Double, y: Double)

  static let width = 800.0
  static let height = 500.0
  private static let (left, right, top, bottom) = (64.0, 20.0, 22.0, 48.0)

  /// From a power of two to a power of two.
  let intensities: (low: Double, high: Double)
  /// From a power of ten to a power of ten.
  let rates: (low: Double, high: Double)

  /// - Precondition: all are above 0, and there are some of each.
  init(intensities: [Double], rates: [Double]) {
    self.intensities = Self.ends(intensities, base: 2)
    self.rates = Self.ends(rates, base: 10)
  }

  private static func ends(_ values: [Double], base: Double) -> (low: Double, high: Double) {
    let (least, largest) = (values.min() ?? 1, values.max() ?? 1)
    let low = floor(log(least) / log(base) - 0.1)
    let high = ceil(log(largest) / log(base) + 0.1)
    return (pow(base, low), pow(base, max(high, low + 1)))
  }

  func place(_ intensity: Double, _ rate: Double) -> Place {
    let across = log(intensity / intensities.low) / log(intensities.high / intensities.low)
    let up = log(rate / rates.low) / log(rates.high / rates.low)
    return (
      Self.left + across * (Self.width - Self.left - Self.right),
      Self.height - Self.bottom - up * (Self.height - Self.top - Self.bottom)
    )
  }

  /// Where a line that rises by the intensity comes into the drawing.
  func clipped(_ start: (Double, Double), towards end: (Double, Double)) -> Place {
    guard start.1 < rates.low else { return place(start.0, start.1) }
    return place(start.0 * rates.low / start.1, rates.low)
  }

  /// Attributes of a line.
  func ends(_ start: Place, _ end: Place) -> String {
    "x1=\"\(Numbers.place(start.x))\" y1=\"\(Numbers.place(start.y))\" "
      + "x2=\"\(Numbers.place(end.x))\" y2=\"\(Numbers.place(end.y))\""
  }

  /// Lines, numbers and names.
  var markup: String {
    "<g class=\"axes\" aria-hidden=\"true\">\n" + columns + rows
      + text("operations per byte", x: (Self.left + Self.width) / 2, y: Self.height - 8)
      + text("GFLOP/s", x: Self.left - 8, y: 12, anchor: "end") + "</g>\n"
  }

  private var columns: String {
    powers(from: intensities, base: 4).map { intensity in
      let (foot, head) = (place(intensity, rates.low), place(intensity, rates.high))
      let name = intensity < 1 ? "1/\(Int(1 / intensity))" : "\(Int(intensity))"
      return "<line \(ends(foot, head))/>" + text(name, x: foot.x, y: foot.y + 16)
    }.joined()
  }

  private var rows: String {
    powers(from: rates, base: 10).map { rate in
      let (start, end) = (place(intensities.low, rate), place(intensities.high, rate))
      return "<line \(ends(start, end))/>"
        + text(Self.giga(rate), x: start.x - 8, y: start.y + 4, anchor: "end")
    }.joined()
  }

  private func powers(from ends: (low: Double, high: Double), base: Double) -> [Double] {
    let first = Int(ceil(log(ends.low) / log(base) - 1e-6))
    let last = Int(floor(log(ends.high) / log(base) + 1e-6))
    return (first...max(first, last)).map { pow(base, Double($0)) }
  }

  private static func giga(_ rate: Double) -> String {
    let value = rate * 1e-9
    return value >= 1 ? "\(Int(value.rounded()))" : Numbers.brief(value)
  }

  private func text(
    _ text: String, x: Double, y: Double, anchor: String = "middle"
  ) -> String {
    "<text x=\"\(Numbers.place(x))\" y=\"\(Numbers.place(y))\" text-anchor=\"\(anchor)\">\(text)"
      + "</text>\n"
  }
}
