import ArgumentParser
import Limpid

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Says what is missing in a folder of restored images.",
    discussion: """
      Reads the ledgers that restore leaves in its output folder and compares every output with \
      what was written. Standard output gets the shards to run again, as sbatch --array takes \
      them; nothing when all is done. Exit code 0 when nothing is missing, 1 otherwise.
      """)

  @Argument(help: "The output folder of restore.")
  var folder: String

  @Option(help: "The N of restore's --shard i/N.")
  var shards = 1

  @Flag(inversion: .prefixedNo, help: "Read outputs and compare their contents.")
  var hashes = true

  func validate() throws {
    guard (1...1_000_000).contains(shards) else {
      throw ValidationError("--shards is 1 to 1000000")
    }
  }

  func run() throws {
    guard Path.kind(folder) == .folder else {
      throw LimpidError(.noInput, "\(folder): no such folder")
    }
    let verification = Verification(folder: folder, shards: shards, hashes: hashes)
    for part in verification.parts {
      for problem in part.problems { Terminal.complain("shard \(part.shard): \(problem)") }
    }
    let sound = verification.parts.reduce(0) { $0 + $1.sound }
    Terminal.complain("\(sound) images are sound")
    guard let missing = verification.missing else { return }
    Terminal.say(missing)
    throw ExitCode(1)
  }
}
