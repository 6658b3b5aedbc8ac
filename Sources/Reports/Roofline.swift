import OpenCLExecutor
import Pages

/// A drawing of how many operations a second workloads reach, by their operations for each byte,
/// under what the device can do at best: both axes are logarithmic.
///
/// S. Williams, A. Waterman, D. Patterson: Roofline: an insightful visual performance model for
/// multicore architectures, CACM 52(4), 2009.
struct Roofline {
  /// A workload with the number that it has in the table beside the drawing.
  struct Mark {
    let number: Int
    let workload: Workload
    let isNetwork: Bool
  }

  let device: String
  let limits: DeviceLimits
  let marks: [Mark]
  /// Unique on the page.
  let id: String
  private let axes: RooflineAxes

  /// - Parameter marks: those that compute nothing have no place in it.
  init(device: String, limits: DeviceLimits, _ marks: [Mark], id: String) {
    (self.device, self.limits, self.id) = (device, limits, id)
    self.marks = marks.filter { $0.workload.executedFlops > 0 && $0.workload.median > 0 }
    let peaks = Self.peaks(of: limits).map(\.rate)
    axes = RooflineAxes(
      intensities: self.marks.map(\.workload.intensity) + [0.25, 64],
      rates: self.marks.map(\.workload.executedRate) + peaks)
  }

  /// An SVG element, named and described for who does not see it.
  var markup: String {
    """
    <svg class="roofline" viewBox="0 0 \(Int(RooflineAxes.width)) \(Int(RooflineAxes.height))" \
    role="img" aria-labelledby="\(id)-title \(id)-text">
    <title id="\(id)-title">Roofline of \(Markup.escaped(device))</title>
    <desc id="\(id)-text">\(Markup.escaped(summary))</desc>
    \(axes.markup)\(roofs)\(points)</svg>

    """
  }

  /// What the drawing shows, in words.
  var summary: String {
    let bounds = Dictionary(grouping: marks) { $0.workload.bound.rawValue }
    let counts = bounds.sorted { $0.key < $1.key }.map { "\($0.value.count) by \($0.key)" }
    return "\(marks.count) workloads by operations per byte and operations per second. "
      + "Held back: \(counts.joined(separator: ", ")). The table below has the same numbers."
  }

  private static func peaks(of limits: DeviceLimits) -> [(name: String, rate: Double)] {
    let peaks: [(name: String, rate: Double?)] = [
      ("f32", limits.multiplyAdd), ("f16", limits.halfMultiplyAdd), ("matrix", limits.matrix),
    ]
    return peaks.compactMap { peak in peak.rate.map { (name: peak.name, rate: $0) } }
  }

  /// A line for each bandwidth and each peak.
  private var roofs: String {
    let fastest = limits.bandwidths.map(\.rate).max() ?? limits.memoryBandwidth
    let top = Self.peaks(of: limits).map(\.rate).max() ?? limits.multiplyAdd
    let slopes = [("memory", limits.memoryBandwidth), ("caches", fastest)].map { name, rate in
      roof(
        "\(name) \(Numbers.brief(rate * 1e-9)) GB/s", class: "slope",
        from: (axes.intensities.low, axes.intensities.low * rate), to: (top / rate, top), at: 0.6)
    }
    let peaks = Self.peaks(of: limits).map { name, rate in
      roof(
        "\(name) \(Numbers.brief(rate * 1e-9)) GFLOP/s", class: "peak",
        from: (rate / fastest, rate), to: (axes.intensities.high, rate), at: 1)
    }
    return (slopes + peaks).joined()
  }

  /// - Parameter share: of the line, where its name ends.
  private func roof(
    _ name: String, class kind: String, from: (Double, Double), to: (Double, Double),
    at share: Double
  ) -> String {
    let (start, end) = (axes.clipped(from, towards: to), axes.place(to.0, to.1))
    guard end.x > start.x else { return "" }
    let place = (x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y))
    let (left, up): (Double, Double) = start.y == end.y ? (0, 5) : (6, 6)
    return "<g class=\"\(kind)\"><line \(axes.ends(start, end))/>"
      + "<text x=\"\(Numbers.place(place.x - left))\" y=\"\(Numbers.place(place.y - up))\" "
      + "text-anchor=\"end\">\(Markup.escaped(name))</text></g>\n"
  }

  private var points: String {
    var labels = LabelPlacement(avoiding: marks.map(place))
    return marks.map { mark in
      let (at, label) = (place(mark), labels.place("\(mark.number)", beside: place(mark)))
      let work = mark.workload
      let title =
        "\(mark.number): \(work.name), \(Numbers.brief(work.executedRate * 1e-9)) GFLOP/s, "
        + "\(Numbers.percent(work.share)) of \(work.bound.rawValue)"
      return "<g class=\"mark \(mark.isNetwork ? "network" : "op") \(work.bound.rawValue)\">"
        + "<title>\(Markup.escaped(title))</title>\(shape(of: mark, at))"
        + "<text x=\"\(Numbers.place(label.x))\" y=\"\(Numbers.place(label.y))\" "
        + "text-anchor=\"middle\">\(mark.number)</text></g>\n"
    }.joined()
  }

  private func place(_ mark: Mark) -> RooflineAxes.Place {
    axes.place(mark.workload.intensity, mark.workload.executedRate)
  }

  /// Circles are held back by arithmetic, squares by memory, triangles by launches.
  private func shape(of mark: Mark, _ at: RooflineAxes.Place) -> String {
    let radius = mark.isNetwork ? 6.0 : 4
    func corners(_ offsets: [(Double, Double)]) -> String {
      let corners = offsets.map { x, y in
        Numbers.place(at.x + x * radius) + "," + Numbers.place(at.y + y * radius)
      }
      return "<polygon points=\"\(corners.joined(separator: " "))\"/>"
    }
    switch mark.workload.bound {
    case .arithmetic, .matrix:
      return "<circle cx=\"\(Numbers.place(at.x))\" cy=\"\(Numbers.place(at.y))\" "
        + "r=\"\(Numbers.place(radius))\"/>"
    case .memory: return corners([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .launch: return corners([(0, -1.1), (1, 0.8), (-1, 0.8)])
    }
  }
}
