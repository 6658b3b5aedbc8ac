import Diagnostics
import Execution
import Models
import Tensors

/// What `bench` tells of a network.
struct NetworkBenchReport {
  let measurement: NetworkMeasurement
  let model: Model
  let engine: Engine
  let dtype: DType
  let size: PixelSize
  let batch: Int
  let repeats: Int
  let warmup: Int

  /// As one JSON object.
  func object(withKernels kernels: Bool) -> JSON {
    var members: [(String, JSON)] = [
      ("model", .text(model.name)),
      ("architecture", .text(model.recognition.descriptor.architecture)),
      ("device", .text(engine.identifier)), ("device_name", .text(engine.description)),
      ("dtype", .text(dtype.rawValue)), ("size", .text(size.description)),
      ("batch", .integer(batch)), ("repeats", .integer(repeats)), ("warmup", .integer(warmup)),
      ("median_s", .number(measurement.median)), ("min_s", .number(measurement.fastest)),
      ("max_s", .number(measurement.slowest)),
      ("images_per_s", .number(measurement.imagesPerSecond)),
      ("gflop", .number(Double(measurement.flops) * 1e-9)),
      ("gflop_per_s", .number(measurement.gigaflops)),
      ("peak_device_bytes", .integer(measurement.deviceBytes)),
      ("arena_bytes", .integer(measurement.arenaBytes)),
      ("rss_bytes", .integer(NetworkMeasurement.residentBytes)),
    ]
    if kernels {
      members.append(("kernels", .list(KernelTime.rows(measurement.steps).map(Self.row))))
    }
    return .object(members)
  }

  private static func row(_ kernel: KernelTime) -> JSON {
    .object([
      ("kernel", .text(kernel.name)), ("launches", .integer(kernel.launches)),
      ("seconds", .number(kernel.seconds)), ("share", .number(kernel.share)),
      ("gflop_per_s", .number(kernel.gigaflops)), ("gb_per_s", .number(kernel.gigabytes)),
    ])
  }

  /// As lines for a person.
  func describe() {
    let network = model.recognition.descriptor.architecture
    Terminal.say(
      "\(model.name) (\(network)), \(size), batch \(batch), \(dtype.rawValue), "
        + engine.description)
    Terminal.say(
      "  median \(measurement.median.rounded(3)) s, min \(measurement.fastest.rounded(3)) s, "
        + "max \(measurement.slowest.rounded(3)) s over \(repeats) runs")
    Terminal.say(
      "  \(measurement.imagesPerSecond.rounded(2)) images/s, "
        + "\(measurement.gigaflops.rounded(1)) GFLOP/s")
    Terminal.say(
      "  device memory \(measurement.deviceBytes >> 20) MiB, "
        + "process \(NetworkMeasurement.residentBytes >> 20) MiB")
    for kernel in KernelTime.rows(measurement.steps) {
      Terminal.say(
        "  \((kernel.share * 100).rounded(1)) %  \(kernel.name), \(kernel.launches) launches, "
          + "\(kernel.gigaflops.rounded(1)) GFLOP/s, \(kernel.gigabytes.rounded(1)) GB/s")
    }
  }
}
