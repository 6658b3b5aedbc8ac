extension Double {
  /// With so many decimals.
  func rounded(_ decimals: Int) -> Double {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    return (self * scale).rounded() / scale
  }

  /// With exactly so many decimals, of a number below 10^9; `inf` for what is not finite.
  func fixed(_ decimals: Int) -> String {
    guard magnitude < 1e9 else { return "inf" }
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let steps = Int((magnitude * Double(scale)).rounded())
    let fraction = String(steps % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(self < 0 && steps > 0 ? "-" : "")\(steps / scale).\(zeros)\(fraction)"
  }
}
