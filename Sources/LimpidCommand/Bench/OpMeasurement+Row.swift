import Diagnostics
import Tensors

extension OpMeasurement: BenchRow {
  static let columns = [
    "op", "warm ms", "95 %", "GFLOP/s", "GB/s", "of limit", "limit", "cold ms", "of limit cold",
    "limit cold", "beside", "times as long", "95 % of it",
  ]

  var key: String { subject.key }
  var interval: SampleInterval { warm.interval }

  var cells: [String] {
    [
      key, Self.milliseconds(interval.median), interval.span(1e3, 4), "\(gigaflops.rounded(1))",
      "\(gigabytes.rounded(1))", "\(warm.share.rounded(3))", warm.bound.rawValue,
      Self.milliseconds(cold.interval.median), "\(cold.share.rounded(3))", cold.bound.rawValue,
      other?.deviceName ?? "", other.map { "\($0.ratio.median.rounded(2))" } ?? "",
      other.map { $0.ratio.span(1, 2) } ?? "",
    ]
  }

  var object: JSON {
    .object([
      ("key", .text(key)), ("op", .text(subject.benchmark.name)), ("case", .text(caseName)),
      ("device_name", .text(deviceName)), ("dtype", .text(subject.dtype.rawValue)),
      ("batch", .integer(subject.batch)),
      ("size", .text("\(subject.height)x\(subject.width)")),
      ("kernels", .list(kernels.map(JSON.text))), ("launches", .integer(launches)),
      ("flop", .integer(flops)), ("executed_flop", .integer(executedFlops)),
      ("bytes", .integer(bytes)), ("warm", Self.object(warm)), ("cold", Self.object(cold)),
      ("gflop_per_s", .number(gigaflops)), ("gb_per_s", .number(gigabytes)),
      ("vs", other.map(Self.object) ?? .null),
    ])
  }

  private static func milliseconds(_ seconds: Double) -> String { "\((seconds * 1e3).rounded(4))" }

  private static func object(_ times: Times) -> JSON {
    .object(
      times.interval.members("_s")
        + [("share", .number(times.share)), ("bound", .text(times.bound.rawValue))])
  }

  private static func object(_ other: Other) -> JSON {
    .object([
      ("key", .text(other.subject.key)), ("device_name", .text(other.deviceName)),
      ("kernels", .list(other.kernels.map(JSON.text))),
      ("warm", .object(other.warm.members("_s"))), ("ratio", .object(other.ratio.members(""))),
    ])
  }
}
