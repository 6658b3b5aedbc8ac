import ArgumentParser
import Diagnostics
import Paths
import Tensors

struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Compares a network's results, or single ops, with expected ones or the reference.",
    discussion: """
      With --inputs and --expected, runs the network on the tensors of one safetensors file and \
      compares with the outputs in the other; image networks take 'image' ([N, C, H, W], float, \
      any size) and give 'output', components take and give what their Python forward names. \
      Without them, runs the device against the reference on noise, \
      node by node, and stops at the first disagreement. With --ops, runs cases of every op with \
      every kernel that the devices have, in a process of its own, and goes on after \
      disagreements; the argument is then what the cases' names hold, and --dtype, --math and \
      --kernel-family leave kernels out. A campaign of random cases that was stopped goes on with \
      --from, the number of the first case of each kind of op. Exit code 0 within the tolerance, 1 \
      outside it. In JSON, an infinite value appears as the largest double.
      """)

  @OptionGroup var argument: ModelArgument
  @OptionGroup var options: DeviceOptions
  @OptionGroup var kernelOptions: KernelOptions
  @OptionGroup var opOptions: OpParityOptions
  @OptionGroup var optionsFile: OptionsFile

  @Option(help: "A safetensors file with the network's inputs.")
  var inputs: Path?

  @Option(help: "A safetensors file with the outputs that they should give.")
  var expected: Path?

  @Option(help: "Size of the noise, height x width.")
  var size = PixelSize(height: 48, width: 64)

  @Option(help: "Batch size of the noise.")
  var batch = 1

  @Option(name: .shortAndLong, help: "Seed of the noise.")
  var seed = 42

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (inputs == nil) == (expected == nil) else {
      throw ValidationError("--inputs and --expected belong together")
    }
    try size.validate(batch: batch)
    guard !opOptions.ops || inputs == nil else {
      throw ValidationError("--inputs belongs to a network, not to --ops")
    }
  }

  func run() throws {
    guard !opOptions.ops else { return try compareOps() }
    let model = try argument.model()
    let engine = try options.engine(family: kernelOptions.kernelFamily)
    let passed =
      if let inputs, let expected {
        report(try OutputParity(model, on: engine, inputs: inputs, expected: expected))
      } else {
        report(
          try NodeParity(
            model, on: engine, batch: batch, height: size.height, width: size.width, seed: seed))
      }
    guard passed else { throw ExitCode(1) }
  }

  private func compareOps() throws {
    let filter = argument.checkpoint.file.map { CommandWord.text($0.bytes) } ?? ""
    let format = opOptions.outputFormat ?? (json ? .json : .md)
    let run = try OpParityRun(
      opOptions.comparisons(options, kernelOptions.kernelFamily),
      opOptions.campaign(filter, seed: seed), jobs: opOptions.processes)
    let tallies = try run.tallies(junit: opOptions.junit) { row in
      if format == .jsonl { Terminal.say(OpParityReport.object(of: row).encoded) }
    }
    switch format {
    case .md: for line in OpParityReport.lines(tallies) { Terminal.say(line) }
    case .json, .jsonl: Terminal.say(JSON.object(OpParityReport.members(tallies)).encoded)
    }
    guard let first = tallies.lazy.compactMap(\.failures.first).first else { return }
    Terminal.complain("the first that fails: \(OpParityReport.line(first))")
    throw ExitCode(1)
  }

  private func report(_ parity: OutputParity) -> Bool {
    if json {
      let members = [("passed", JSON.flag(parity.passed)), ("outputs", JSON(parity.outputs))]
      Terminal.say(JSON.object(members).encoded)
    } else {
      describe(parity)
    }
    return parity.passed
  }

  private func report(_ parity: NodeParity) -> Bool {
    if json {
      let members = [
        ("passed", JSON.flag(parity.passed)), ("outputs", JSON(parity.outputs?.outputs ?? [])),
        ("nodes", .integer(parity.compared)),
        ("disagreement", parity.disagreement.map { .text($0.description) } ?? .null),
      ]
      Terminal.say(JSON.object(members).encoded)
      return parity.passed
    }
    if let disagreement = parity.disagreement {
      Terminal.say("node \(parity.compared) disagrees: \(disagreement)")
    } else {
      Terminal.say("\(parity.compared) nodes agree")
    }
    if let outputs = parity.outputs { describe(outputs) }
    return parity.passed
  }

  private func describe(_ parity: OutputParity) {
    for (name, comparison) in parity.outputs { Terminal.say("\(name): \(comparison)") }
    Terminal.say((parity.passed ? "within" : "outside") + " tolerance: \(parity.tolerance)")
  }
}

extension JSON {
  fileprivate init(_ outputs: [(name: String, comparison: Comparison)]) {
    self = .object(
      outputs.map { name, comparison in
        (
          name,
          .object([
            ("max_abs", .number(comparison.maxAbs)), ("nmse", .number(comparison.nmse)),
            ("psnr", .number(comparison.psnr)),
          ])
        )
      })
  }
}
