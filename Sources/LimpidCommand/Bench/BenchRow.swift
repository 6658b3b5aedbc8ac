import Diagnostics

/// What `bench` tells of an op or of a network.
protocol BenchRow {
  /// Heads of columns in tables.
  static var columns: [String] { get }
  /// What names it in results of other runs.
  var key: String { get }
  /// Of its time in seconds; with warm caches where that differs.
  var interval: SampleInterval { get }
  /// What a table has in each column.
  var cells: [String] { get }
  /// As JSON.
  var object: JSON { get }
}

extension SampleInterval {
  /// Members of a JSON object.
  func members(_ unit: String) -> [(String, JSON)] {
    [
      ("median" + unit, .number(median)), ("low" + unit, .number(low)),
      ("high" + unit, .number(high)),
    ]
  }

  /// What it spans, as readers see it.
  func span(_ scale: Double, _ decimals: Int) -> String {
    "\((low * scale).rounded(decimals)) to \((high * scale).rounded(decimals))"
  }
}
