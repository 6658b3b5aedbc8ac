import ArgumentParser
import Batch
import Diagnostics
import OpenCLExecutor

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

/// What builds programs beside a process that needs many.
struct ProgramWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "program-worker", abstract: "Builds what another limpid orders.",
    shouldDisplay: false)

  func run() { ProgramWorkerLoop.run() }
}
