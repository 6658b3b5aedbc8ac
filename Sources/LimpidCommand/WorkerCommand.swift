import ArgumentParser
import Batch
import Diagnostics

/// What `restore` starts for each device.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Restores what another limpid sends.", shouldDisplay: false)

  func run() { WorkerLoop.run() }
}

/// What `parity --ops` starts.
struct OpWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "op-worker", abstract: "Runs the ops that another limpid names.",
    shouldDisplay: false)

  func run() { OpWorkerLoop.run() }
}
