import Diagnostics
import Execution
import Models
import OpenCLExecutor
import Reports
import Tensors

/// What `bench` tells of a network.
struct NetworkBenchRow {
  let measurement: NetworkMeasurement
  /// How much of the device's limits it reaches; nil for the reference.
  let workload: Workload?
  /// What ran by turns with it.
  let other: (way: OtherWay, engine: Engine, measurement: NetworkMeasurement)?
  let model: Model
  let engine: Engine
  let family: KernelFamily?
  let size: PixelSize
  let repeats: Int
  let warmup: Int
  /// The most memory that the process had held when the network had run.
  let residentBytes: Int
  /// Whether each kernel is told of.
  let tellsKernels: Bool

  private var architecture: String { model.recognition.descriptor.architecture }
  private var ratio: SampleInterval? { other.map { measurement.ratio(of: $0.measurement) } }

  /// As lines for a person.
  func describe() {
    Terminal.say(
      "\(model.name) (\(architecture)), \(size), batch \(measurement.batch), "
        + "\(engine.dtype.rawValue), \(engine.description)")
    Terminal.say(
      "  \(Self.median(measurement)), min \(measurement.fastest.rounded(3)) s, "
        + "max \(measurement.slowest.rounded(3)) s over \(repeats) runs")
    Terminal.say(
      "  \(measurement.imagesPerSecond.rounded(2)) images/s, "
        + "\(measurement.gigaflops.rounded(1)) GFLOP/s" + limit)
    Terminal.say(
      "  device memory \(measurement.deviceBytes >> 20) MiB, process \(residentBytes >> 20) MiB")
    if let (way, engine, times) = other, let ratio {
      Terminal.say(
        "  beside it \(way), \(engine.description): \(Self.median(times)), "
          + "\(ratio.median.rounded(3)) times as long (\(ratio.span(1, 3)))")
    }
    for kernel in tellsKernels ? KernelTime.rows(measurement.steps) : [] {
      Terminal.say(
        "  \((kernel.share * 100).rounded(1)) %  \(kernel.name), \(kernel.launches) launches, "
          + "\(kernel.gigaflops.rounded(1)) GFLOP/s, \(kernel.gigabytes.rounded(1)) GB/s")
    }
  }

  private var limit: String {
    guard let workload else { return "" }
    return ", \(workload.gigabytes.rounded(1)) GB/s, \((workload.share * 100).rounded(1)) % of "
      + "the device's limits, most of which is \(workload.bound.rawValue)"
  }

  private static func median(_ measurement: NetworkMeasurement) -> String {
    let interval = measurement.interval
    return "median \(interval.median.rounded(3)) s (\(interval.span(1, 3)))"
  }
}

extension NetworkBenchRow: BenchRow {
  static let columns = [
    "network", "ms", "95 %", "images/s", "GFLOP/s", "GB/s", "of limit", "limit", "device MiB",
    "beside", "times as long", "95 % of it",
  ]

  var key: String {
    "\(model.name) (\(architecture)), \(size), batch \(measurement.batch), \(engine.dtype)"
      + (family.map { ", \($0) kernels" } ?? "")
  }
  var interval: SampleInterval { measurement.interval }

  var cells: [String] {
    [
      key, "\((interval.median * 1e3).rounded(3))", interval.span(1e3, 3),
      "\(measurement.imagesPerSecond.rounded(2))", "\(measurement.gigaflops.rounded(1))",
      workload.map { "\($0.gigabytes.rounded(1))" } ?? "",
      workload.map { "\($0.share.rounded(3))" } ?? "", workload?.bound.rawValue ?? "",
      "\(measurement.deviceBytes >> 20)",
      other.map { "\($0.way), \($0.engine.description)" } ?? "",
      ratio.map { "\($0.median.rounded(2))" } ?? "", ratio.map { $0.span(1, 2) } ?? "",
    ]
  }

  var object: JSON { .object(subject + times + limits + kernels) }

  private var subject: [(String, JSON)] {
    [
      ("key", .text(key)), ("model", .text(model.name)), ("architecture", .text(architecture)),
      ("device", .text(engine.identifier)), ("device_name", .text(engine.description)),
      ("dtype", .text(engine.dtype.rawValue)), ("size", .text(size.description)),
      ("batch", .integer(measurement.batch)), ("repeats", .integer(repeats)),
      ("warmup", .integer(warmup)),
    ]
  }

  private var times: [(String, JSON)] {
    interval.members("_s") + [
      ("min_s", .number(measurement.fastest)), ("max_s", .number(measurement.slowest)),
      ("images_per_s", .number(measurement.imagesPerSecond)),
      ("gflop", .number(Double(measurement.flops) * 1e-9)),
      ("gflop_per_s", .number(measurement.gigaflops)),
      ("peak_device_bytes", .integer(measurement.deviceBytes)),
      ("arena_bytes", .integer(measurement.arenaBytes)), ("rss_bytes", .integer(residentBytes)),
      ("vs", vs),
    ]
  }

  private var limits: [(String, JSON)] {
    [
      ("launches", workload.map { .integer($0.launches) } ?? .null),
      ("executed_flop", workload.map { .integer($0.executedFlops) } ?? .null),
      ("bytes", workload.map { .integer($0.bytes) } ?? .null),
      ("gb_per_s", workload.map { .number($0.gigabytes) } ?? .null),
      ("share", workload.map { .number($0.share) } ?? .null),
      ("bound", workload.map { .text($0.bound.rawValue) } ?? .null),
    ]
  }

  private var vs: JSON {
    guard let (way, engine, times) = other, let ratio else { return .null }
    return .object(
      [
        ("way", .text(way.description)), ("device", .text(engine.identifier)),
        ("device_name", .text(engine.description)),
      ] + times.interval.members("_s") + [("ratio", .object(ratio.members("")))])
  }

  private var kernels: [(String, JSON)] {
    guard tellsKernels else { return [] }
    return [("kernels", .list(KernelTime.rows(measurement.steps).map(Self.object)))]
  }

  private static func object(_ kernel: KernelTime) -> JSON {
    .object([
      ("kernel", .text(kernel.name)), ("launches", .integer(kernel.launches)),
      ("seconds", .number(kernel.seconds)), ("share", .number(kernel.share)),
      ("gflop_per_s", .number(kernel.gigaflops)), ("gb_per_s", .number(kernel.gigabytes)),
    ])
  }
}
