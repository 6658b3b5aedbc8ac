import Foundation

/// Numbers as pages tell them.
enum Numbers {
  /// Three digits, without an exponent where that is short: `0.0123`, `12.3`, `1230`.
  static func brief(_ value: Double) -> String {
    guard value.isFinite else { return "none" }
    guard value != 0 else { return "0" }
    let exponent = Int(floor(log10(abs(value))))
    guard (-4...6).contains(exponent) else { return String(format: "%.2e", value) }
    return String(format: "%.\(max(2 - exponent, 0))f", value)
  }

  static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }

  /// For places in a drawing, whose unit is a pixel.
  static func place(_ value: Double) -> String { String(format: "%.1f", value) }
}
