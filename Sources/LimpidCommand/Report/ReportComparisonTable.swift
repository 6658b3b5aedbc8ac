import Reports

/// What a comparison of two reports tells.
enum ReportComparisonTable {
  static func lines(_ comparison: ReportComparison) -> [String] {
    let devices = comparison.rows.reduce(into: [String]()) { devices, row in
      if devices.last != row.device { devices.append(row.device) }
    }
    let tables = devices.flatMap { device in
      [
        "\(device):", "| of | what | before | after | after / before |", "|---|---|---|---|---|",
      ] + comparison.rows.filter { $0.device == device }.map(line)
    }
    return tables + comparison.unmatched.map { "only in one: \($0)" }
  }

  private static func line(_ row: ReportComparison.Row) -> String {
    let ratio = row.ratio.map { "\($0.rounded(2))" } ?? ""
    let doubt = row.isClear == false ? " (within the intervals)" : ""
    return "| \(row.section) | \(row.name) | \(number(row.before, row.unit)) | "
      + "\(number(row.after, row.unit)) | \(ratio)\(doubt) |"
  }

  private static func number(_ value: Double, _ unit: String) -> String {
    switch unit {
    case "s": "\((value * 1e3).rounded(4)) ms"
    case "": "\(Int(value))"
    default: "\((value * 1e-9).rounded(1)) G\(unit)"
    }
  }

  static func object(_ comparison: ReportComparison) -> JSON {
    let rows = comparison.rows.map { row in
      JSON.object([
        ("device", .text(row.device)), ("section", .text(row.section)), ("name", .text(row.name)),
        ("unit", .text(row.unit)), ("before", .number(row.before)), ("after", .number(row.after)),
        ("ratio", row.ratio.map(JSON.number) ?? .null),
        ("clear", row.isClear.map(JSON.flag) ?? .null),
      ])
    }
    return .object([
      ("rows", .list(rows)), ("unmatched", .list(comparison.unmatched.map(JSON.text))),
    ])
  }
}
