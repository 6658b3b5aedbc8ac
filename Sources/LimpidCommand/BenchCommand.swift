import ArgumentParser
import Diagnostics
import Execution
import Models
import Pictures
import Tensors

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times a network on noise of a given size, or single ops.",
    discussion: """
      A time is that of one whole run: operands from host memory to the device, all kernels, \
      results back to host memory. Compilation and weights are not in it. peak_device_bytes \
      counts parameters and values of the plan, rss_bytes the most that the process has held. Of \
      an autoencoder the decoder is timed. With --ops, single ops are timed at sizes that networks \
      have, by the device's clock and in the layouts that plans use; the argument is then what \
      their names hold. Their times are medians of rounds in which all ops run by turns, with the \
      interval in which the median lies with 95 % of probability. Of lists such as --batch 1,4 \
      and ranges such as --size 64x64-512x512*2 every combination is timed.
      """)

  @OptionGroup var argument: ModelArgument
  @OptionGroup var options: BenchOptions
  @OptionGroup var opOptions: OpBenchOptions
  @OptionGroup var optionsFile: OptionsFile

  @Option(
    name: [.customShort("r"), .long], help: "Timed runs: 5 of networks, 15 of ops when left out.")
  var repeats: Int?

  @Option(help: "Runs of a network before the timed ones.")
  var warmup = 1

  @Option(name: .shortAndLong, help: "Seed of the noise.")
  var seed = 42

  @Flag(help: "Add a row for each kernel, from one more run with the device's own clock.")
  var kernels = false

  @Flag(help: "Print one JSON object per size.")
  var json = false

  func validate() throws {
    for size in options.sizes {
      for batch in options.batch.elements { try size.validate(batch: batch) }
    }
    guard (1...1_000_000).contains(repeats ?? 1) else { throw ValidationError("-r is at least 1") }
    guard !opOptions.ops || (6...1000).contains(repeats ?? 6) else {
      throw ValidationError("-r is 6 to 1000 with --ops: fewer tell no interval")
    }
    guard (0...1_000_000).contains(warmup) else { throw ValidationError("--warmup is 0 or more") }
  }

  func run() throws {
    guard !opOptions.ops else { return try timeOps() }
    let model = try argument.model()
    for dtype in options.dtype.elements {
      for family in options.families {
        let engine = try options.engine(dtype, family)
        for batch in options.batch.elements {
          for size in options.sizes { try time(model, on: engine, dtype, batch: batch, size) }
        }
      }
    }
  }

  private func time(
    _ model: Model, on engine: Engine, _ dtype: DType, batch: Int, _ size: PixelSize
  ) throws(LimpidError) {
    let repeats = repeats ?? 5
    let measurement: NetworkMeasurement
    do {
      measurement = try NetworkMeasurement(
        model.network, model.weights, on: engine, batch: batch, height: size.height,
        width: size.width, seed: seed, warmup: warmup, repeats: repeats, profiles: kernels)
    } catch {
      throw LimpidError(error, subject: model.name)
    }
    let report = NetworkBenchReport(
      measurement: measurement, model: model, engine: engine, dtype: dtype, size: size,
      batch: batch, repeats: repeats, warmup: warmup)
    if json {
      Terminal.say(report.object(withKernels: kernels).encoded)
    } else {
      report.describe()
    }
  }

  private func timeOps() throws {
    let run = OpBenchRun(
      options: opOptions, device: try DeviceOptions.choice(options.device),
      isStrict: options.math == .strict, dtypes: options.dtype.elements,
      families: options.families, batches: options.batch.elements, sizes: options.chosenSizes,
      rounds: repeats ?? 15)
    let filter = argument.checkpoint.file.map { CommandWord.text($0.bytes) } ?? ""
    let format = opOptions.outputFormat ?? (json ? .jsonl : .md)
    guard try run.run(filter, format) else { throw ExitCode(1) }
  }
}
