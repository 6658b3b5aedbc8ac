import Diagnostics
import OpenCLExecutor
import Tensors

/// Rows of `bench --ops` in the format that was asked for.
struct OpBenchReport {
  private let format: OpBenchFormat
  private var rows: [JSON] = []

  init(_ format: OpBenchFormat) { self.format = format }

  /// What stands before the rows.
  func begin(_ limits: DeviceLimits, on device: String) {
    switch format {
    case .md:
      Terminal.say(device + "\n")
      Terminal.say(limits.findings.map { "\($0.name): \($0.value)" }.joined(separator: "; ") + "\n")
      Terminal.say("| " + Self.columns.joined(separator: " | ") + " |")
      Terminal.say("|" + String(repeating: "---|", count: Self.columns.count))
    case .csv: Terminal.say(CSV.line(Self.columns))
    case .json, .jsonl: break
    }
  }

  mutating func add(_ row: OpMeasurement) {
    switch format {
    case .md: Terminal.say("| " + Self.cells(row).joined(separator: " | ") + " |")
    case .csv: Terminal.say(CSV.line(Self.cells(row)))
    case .jsonl: Terminal.say(Self.object(row).encoded)
    case .json: rows.append(Self.object(row))
    }
  }

  /// What stands after the rows.
  func end(_ limits: DeviceLimits, on device: String) {
    guard format == .json else { return }
    let findings = limits.findings.map { ($0.name, JSON.text($0.value)) }
    Terminal.say(
      JSON.object([
        ("device_name", .text(device)), ("limits", .object(findings)), ("rows", .list(rows)),
      ]).encoded)
  }

  private static let columns = [
    "op", "warm ms", "95 %", "GFLOP/s", "GB/s", "of limit", "limit", "cold ms", "of limit cold",
    "limit cold", "beside", "times as long", "95 % of it",
  ]

  private static func cells(_ row: OpMeasurement) -> [String] {
    [
      row.subject.key, milliseconds(row.warm.interval.median), span(row.warm.interval, 1e3, 4),
      "\(row.gigaflops.rounded(1))", "\(row.gigabytes.rounded(1))",
      "\(row.warm.share.rounded(3))", row.warm.bound.rawValue,
      milliseconds(row.cold.interval.median), "\(row.cold.share.rounded(3))",
      row.cold.bound.rawValue, row.other?.deviceName ?? "",
      row.other.map { "\($0.ratio.median.rounded(2))" } ?? "",
      row.other.map { span($0.ratio, 1, 2) } ?? "",
    ]
  }

  private static func milliseconds(_ seconds: Double) -> String { "\((seconds * 1e3).rounded(4))" }

  private static func span(_ interval: SampleInterval, _ scale: Double, _ decimals: Int) -> String {
    "\((interval.low * scale).rounded(decimals)) to \((interval.high * scale).rounded(decimals))"
  }
}

extension OpBenchReport {
  private static func object(_ row: OpMeasurement) -> JSON {
    .object([
      ("key", .text(row.subject.key)), ("op", .text(row.subject.benchmark.name)),
      ("case", .text(row.caseName)), ("device_name", .text(row.deviceName)),
      ("dtype", .text(row.subject.dtype.rawValue)), ("batch", .integer(row.subject.batch)),
      ("size", .text("\(row.subject.height)x\(row.subject.width)")),
      ("kernels", .list(row.kernels.map(JSON.text))), ("launches", .integer(row.launches)),
      ("flop", .integer(row.flops)), ("executed_flop", .integer(row.executedFlops)),
      ("bytes", .integer(row.bytes)), ("warm", object(row.warm)), ("cold", object(row.cold)),
      ("gflop_per_s", .number(row.gigaflops)), ("gb_per_s", .number(row.gigabytes)),
      ("vs", row.other.map(object) ?? .null),
    ])
  }

  private static func object(_ times: OpMeasurement.Times) -> JSON {
    .object(
      members(times.interval, "_s")
        + [("share", .number(times.share)), ("bound", .text(times.bound.rawValue))])
  }

  private static func object(_ other: OpMeasurement.Other) -> JSON {
    .object([
      ("key", .text(other.subject.key)), ("device_name", .text(other.deviceName)),
      ("kernels", .list(other.kernels.map(JSON.text))),
      ("warm", .object(members(other.warm, "_s"))), ("ratio", .object(members(other.ratio, ""))),
    ])
  }

  private static func members(
    _ interval: SampleInterval, _ unit: String
  ) -> [(String, JSON)] {
    [
      ("median" + unit, .number(interval.median)), ("low" + unit, .number(interval.low)),
      ("high" + unit, .number(interval.high)),
    ]
  }
}
