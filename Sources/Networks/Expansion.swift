/// How much wider the hidden layer of a feed-forward network is: int(channels * factor).
package struct Expansion: Hashable, Sendable {
  package let factor: Double

  package init(_ factor: Double) { self.factor = factor }

  /// The shortest decimal factor that gives all of the `widths`, the least of equally short ones;
  /// nil when none does. The factors of the papers, such as 2.66, come out as they were written.
  package init?(widths: [(channels: Int, hidden: Int)]) {
    let least = widths.map { Double($0.hidden) / Double($0.channels) }.max() ?? 1
    var scale = 1.0
    for _ in 0...9 {
      let candidate = Expansion((least * scale).rounded(.up) / scale)
      if widths.allSatisfy({ candidate.hidden($0.channels) == $0.hidden }) {
        self = candidate
        return
      }
      scale *= 10
    }
    return nil
  }

  /// Channels of the hidden layer.
  package func hidden(_ channels: Int) -> Int { Int(Double(channels) * factor) }
}
