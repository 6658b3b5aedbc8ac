import ArgumentParser
import Restoration

/// How a run goes about its images.
struct RunOptions: ParsableArguments {
  /// How an earlier run's inputs are recognised.
  enum Resume: String, ExpressibleByArgument, CaseIterable {
    /// By size and time of last change.
    case stat
    /// By contents as well.
    case hash
  }

  @Option(
    defaultAsFlag: .stat,
    help: "Go on where an earlier run ended. --resume hash compares inputs by contents.")
  var resume: Resume?

  @Flag(help: "Check everything, say what would be done, and write nothing.")
  var dryRun = false

  @Flag(help: "End the run at the first image that fails.")
  var failFast = false

  @Option(
    help: """
      On SIGTERM, finish the images at hand within so many seconds and end with 75, to be started \
      again. Without it they are dropped, and the run ends with 143.
      """)
  var grace: Int?

  @Option(
    name: .shortAndLong,
    help: "Threads that read, processes per device and threads that write, as LOAD:PROC:SAVE.",
    transform: Self.jobs)
  var jobs = Jobs()

  @Option(
    help: "Images or tiles of one size that are restored together at most, or auto.",
    transform: Self.batch)
  var batchSize = BatchingPolicy.auto

  @Option(
    name: .customLong("max-vram"), parsing: .unconditional,
    help: "Device memory to use in GiB; a negative number leaves that much to others.")
  var maxVRAM: Double?

  @Option(help: "A device for images that do not fit the others: cpu, opencl:N, N or reference.")
  var fallback: String?

  @Option(help: "Seconds after which a silent device counts as hung.")
  var watchdog = 1800

  struct Jobs {
    var loaders = 2
    /// nil: as the device likes it.
    var processes: Int?
    var savers = 2
  }

  func validate() throws {
    guard (1...86_400).contains(watchdog) else {
      throw ValidationError("--watchdog is 1 to 86400")
    }
    if let grace, !(0...86_400).contains(grace) { throw ValidationError("--grace is 0 to 86400") }
    if let maxVRAM, !(-1024...1024).contains(maxVRAM) || maxVRAM == 0 {
      throw ValidationError("--max-vram is a number of GiB other than 0")
    }
  }

  var memoryLimit: Int? { maxVRAM.map { Int($0 * Double(1 << 30)) } }

  private static func jobs(_ text: String) throws -> Jobs {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.map { Int($0) }
    guard parts.count == 3, let loaders = numbers[0], let savers = numbers[2],
      parts[1] == "auto" || numbers[1] != nil,
      [loaders, numbers[1] ?? 1, savers].allSatisfy((1...256).contains)
    else { throw ValidationError("--jobs is LOAD:PROC:SAVE, 2:auto:2 for example, not '\(text)'") }
    return Jobs(loaders: loaders, processes: numbers[1], savers: savers)
  }

  private static func batch(_ text: String) throws -> BatchingPolicy {
    guard let choice = BatchingPolicy(text) else {
      throw ValidationError("--batch-size is auto or 1 to 256, not '\(text)'")
    }
    return choice
  }
}
