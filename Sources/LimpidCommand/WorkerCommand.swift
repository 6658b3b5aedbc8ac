import ArgumentParser
import Batch

/// What `restore` starts for each device.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Restores what another limpid sends.", shouldDisplay: false)

  func run() { WorkerLoop.run() }
}
