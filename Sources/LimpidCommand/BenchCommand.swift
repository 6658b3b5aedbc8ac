import ArgumentParser
import Execution
import Models

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times a network on noise of a given size.",
    discussion: """
      A time is that of one whole run: operands from host memory to the device, all kernels, \
      results back to host memory. Compilation and weights are not in it. peak_device_bytes \
      counts parameters and values of the plan, rss_bytes the most that the process has held. Of \
      an autoencoder the decoder is timed.
      """)

  @OptionGroup var argument: ModelArgument
  @OptionGroup var options: DeviceOptions
  @OptionGroup var kernelOptions: KernelOptions
  @OptionGroup var optionsFile: OptionsFile

  @Option(help: "Height x width in pixels, or of latents; may be given several times.")
  var size = [PixelSize(height: 256, width: 256)]

  @Option(help: "Images in one run.")
  var batch = 1

  @Option(name: [.customShort("r"), .long], help: "Timed runs.")
  var repeats = 5

  @Option(help: "Runs before the timed ones.")
  var warmup = 1

  @Option(name: .shortAndLong, help: "Seed of the noise.")
  var seed = 42

  @Flag(help: "Add a row for each kernel, from one more run with the device's own clock.")
  var kernels = false

  @Flag(help: "Print one JSON object per size.")
  var json = false

  func validate() throws {
    for size in size { try size.validate(batch: batch) }
    guard (1...1_000_000).contains(repeats) else { throw ValidationError("-r is at least 1") }
    guard (0...1_000_000).contains(warmup) else { throw ValidationError("--warmup is 0 or more") }
  }

  func run() throws {
    let model = try argument.model()
    let engine = try options.engine(family: kernelOptions.kernelFamily)
    for size in size {
      let measurement = try Measurement(
        model, on: engine, batch: batch, size: size, seed: seed, warmup: warmup, repeats: repeats,
        profiles: kernels)
      if json {
        Terminal.say(object(measurement, model, engine, size).encoded)
      } else {
        describe(measurement, model, engine, size)
      }
    }
  }

  private func object(
    _ measurement: Measurement, _ model: Model, _ engine: Engine, _ size: PixelSize
  ) -> JSON {
    var members: [(String, JSON)] = [
      ("model", .text(model.name)),
      ("architecture", .text(model.recognition.descriptor.architecture)),
      ("device", .text(engine.identifier)), ("device_name", .text(engine.description)),
      ("dtype", .text(options.dtype.rawValue)), ("size", .text(size.description)),
      ("batch", .integer(batch)), ("repeats", .integer(repeats)), ("warmup", .integer(warmup)),
      ("median_s", .number(measurement.median)), ("min_s", .number(measurement.fastest)),
      ("max_s", .number(measurement.slowest)),
      ("images_per_s", .number(measurement.imagesPerSecond)),
      ("gflop", .number(Double(measurement.flops) * 1e-9)),
      ("gflop_per_s", .number(measurement.gigaflops)),
      ("peak_device_bytes", .integer(measurement.deviceBytes)),
      ("arena_bytes", .integer(measurement.arenaBytes)),
      ("rss_bytes", .integer(Measurement.residentBytes)),
    ]
    if kernels { members.append(("kernels", .list(measurement.kernels.map(Self.row)))) }
    return .object(members)
  }

  private static func row(_ kernel: KernelTime) -> JSON {
    .object([
      ("kernel", .text(kernel.name)), ("launches", .integer(kernel.launches)),
      ("seconds", .number(kernel.seconds)), ("share", .number(kernel.share)),
      ("gflop_per_s", .number(kernel.gigaflops)), ("gb_per_s", .number(kernel.gigabytes)),
    ])
  }

  private func describe(
    _ measurement: Measurement, _ model: Model, _ engine: Engine, _ size: PixelSize
  ) {
    let network = model.recognition.descriptor.architecture
    Terminal.say(
      "\(model.name) (\(network)), \(size), batch \(batch), \(options.dtype.rawValue), "
        + engine.description)
    Terminal.say(
      "  median \(measurement.median.rounded(3)) s, min \(measurement.fastest.rounded(3)) s, "
        + "max \(measurement.slowest.rounded(3)) s over \(repeats) runs")
    Terminal.say(
      "  \(measurement.imagesPerSecond.rounded(2)) images/s, "
        + "\(measurement.gigaflops.rounded(1)) GFLOP/s")
    Terminal.say(
      "  device memory \(measurement.deviceBytes >> 20) MiB, "
        + "process \(Measurement.residentBytes >> 20) MiB")
    for kernel in measurement.kernels {
      Terminal.say(
        "  \((kernel.share * 100).rounded(1)) %  \(kernel.name), \(kernel.launches) launches, "
          + "\(kernel.gigaflops.rounded(1)) GFLOP/s, \(kernel.gigabytes.rounded(1)) GB/s")
    }
  }
}

extension Double {
  /// With so many decimals.
  func rounded(_ decimals: Int) -> Double {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    return (self * scale).rounded() / scale
  }
}
