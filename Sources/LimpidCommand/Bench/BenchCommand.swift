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
      their names hold. Times are medians of rounds, in which all ops, or both sides of --vs, run \
      by turns, with the interval in which the median lies with 95 % of probability (of fewer than \
      six rounds: all of them). Shares are of what the device has been measured to do, once, which \
      devices --probe shows; one more run of a network counts its bytes and launches. Of lists \
      such as --batch 1,4 and ranges such as --size 64x64-512x512*2 every combination is timed.
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

  @Flag(help: "Add a row for each kernel, by the device's own clock.")
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
    guard !kernels || ![.md, .csv].contains(opOptions.outputFormat) else {
      throw ValidationError("tables have no place for --kernels; -o json and -o jsonl have")
    }
    guard (0...1_000_000).contains(warmup) else { throw ValidationError("--warmup is 0 or more") }
  }

  func run() throws {
    guard try opOptions.ops ? timeOps() : timeNetwork() else { throw ExitCode(1) }
  }

  private func timeNetwork() throws -> Bool {
    let comparison = try BenchComparison(opOptions.compare, threshold: opOptions.threshold)
    let run = NetworkBenchRun(
      model: try argument.model(), options: options, vs: opOptions.vs, repeats: repeats ?? 5,
      warmup: warmup, seed: seed, tellsKernels: kernels)
    return try run.run(opOptions.outputFormat ?? (json ? .jsonl : nil), against: comparison)
  }

  private func timeOps() throws -> Bool {
    let run = OpBenchRun(
      options: opOptions, device: try DeviceOptions.choice(options.device),
      isStrict: options.math == .strict, dtypes: options.dtype.elements,
      families: options.families, batches: options.batch.elements, sizes: options.chosenSizes,
      rounds: repeats ?? 15)
    let filter = argument.checkpoint.file.map { CommandWord.text($0.bytes) } ?? ""
    let format = opOptions.outputFormat ?? (json ? .jsonl : .md)
    return try run.run(filter, format)
  }
}
