import ArgumentParser
import Batch
import Checkpoints
import Diagnostics
import Models
import Paths
import Pictures

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Says what is missing in a folder of restored images, or wrong with weights.",
    discussion: """
      In the output folder of restore, reads the ledgers that it left and compares every output \
      with what was written. Standard output gets the shards to run again, as sbatch --array takes \
      them; nothing when all is done. In a bundle, compares all files with what its bundle.json \
      says of them, looks for NaN and infinities in its weights, and restores the golden \
      sample. In a file of weights, looks for NaN and infinities. Exit code 0 when nothing is \
      missing or wrong, 1 otherwise.
      """)

  @Argument(help: "The output folder of restore, a bundle, or a file of weights.")
  var place: Path

  @Option(help: "The N of restore's --shard i/N.")
  var shards = 1

  @Flag(inversion: .prefixedNo, help: "Read outputs and compare their contents.")
  var hashes = true

  @OptionGroup(title: "Of the golden sample") var options: DeviceOptions
  @OptionGroup var optionsFile: OptionsFile

  func validate() throws {
    guard (1...1_000_000).contains(shards) else {
      throw ValidationError("--shards is 1 to 1000000")
    }
  }

  func run() throws {
    if place.kind != .folder {
      try verify(try Model(place))
    } else if ModelBundle.exists(place) {
      try verify(try ModelBundle(place))
    } else {
      try verifyOutputs()
    }
  }

  private func verifyOutputs() throws {
    let verification = Verification(folder: place, shards: shards, hashes: hashes)
    for part in verification.parts {
      for problem in part.problems { Terminal.complain("shard \(part.shard): \(problem)") }
      for line in part.passedOver { Terminal.complain(line) }
    }
    let sound = verification.parts.reduce(0) { $0 + $1.sound }
    let others = verification.parts.reduce(0) { $0 + $1.passedOverCount }
    Terminal.complain("\(sound) images are sound" + (others > 0 ? ", \(others) passed over" : ""))
    guard let missing = verification.missing else { return }
    Terminal.say(missing)
    throw ExitCode(1)
  }

  private func verify(_ model: Model) throws {
    let broken: [NonFiniteElements]
    do {
      broken = try model.checkpoint.nonFiniteElements()
    } catch {
      throw LimpidError(error, subject: model.name)
    }
    if let summary = NonFiniteElements.summary(broken) {
      Terminal.complain("\(model.name): \(summary)")
      throw ExitCode(1)
    }
    Terminal.complain("\(model.checkpoint.entries.count) tensors are finite")
  }

  private func verify(_ bundle: ModelBundle) throws {
    let problems = bundle.problems()
    for problem in problems { Terminal.complain(problem) }
    guard problems.isEmpty else { throw ExitCode(1) }
    let broken = try bundle.nonFiniteWeights()
    for line in broken { Terminal.complain(line) }
    guard broken.isEmpty else { throw ExitCode(1) }
    Terminal.complain("\(bundle.description.files.count) files are as they were")
    guard bundle.description.golden != nil else {
      Terminal.complain("there is no golden sample")
      return
    }
    let sample = try GoldenSample(bundle, on: try options.engine())
    Terminal.complain(
      "the golden sample differs by at most \(sample.difference), \(sample.tolerance) is allowed")
    guard sample.passed else { throw ExitCode(1) }
  }
}
