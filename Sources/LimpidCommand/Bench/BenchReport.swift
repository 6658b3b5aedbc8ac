import OpenCLExecutor

/// Rows of `bench` in the format that was asked for.
struct BenchReport<Row: BenchRow> {
  private let format: BenchFormat
  private var rows: [JSON] = []

  init(_ format: BenchFormat) { self.format = format }

  /// What stands before the rows.
  /// - Parameter limits: nil where none are known.
  func begin(_ limits: DeviceLimits?, on device: String) {
    switch format {
    case .md:
      Terminal.say(device + "\n")
      if let limits {
        Terminal.say(
          limits.findings.map { "\($0.name): \($0.value)" }.joined(separator: "; ") + "\n")
      }
      Terminal.say("| " + Row.columns.joined(separator: " | ") + " |")
      Terminal.say("|" + String(repeating: "---|", count: Row.columns.count))
    case .csv: Terminal.say(CSV.line(Row.columns))
    case .json, .jsonl: break
    }
  }

  mutating func add(_ row: Row) {
    switch format {
    case .md: Terminal.say("| " + row.cells.joined(separator: " | ") + " |")
    case .csv: Terminal.say(CSV.line(row.cells))
    case .jsonl: Terminal.say(row.object.encoded)
    case .json: rows.append(row.object)
    }
  }

  /// What stands after the rows.
  func end(_ limits: DeviceLimits?, on device: String) {
    guard format == .json else { return }
    let findings = limits.map { limits in
      JSON.object(limits.findings.map { ($0.name, JSON.text($0.value)) })
    }
    Terminal.say(
      JSON.object([
        ("device_name", .text(device)), ("limits", findings ?? .null), ("rows", .list(rows)),
      ]).encoded)
  }
}
