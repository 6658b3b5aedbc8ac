import Glibc
import OpenCL
import Processes

/// What a process is told that builds programs for another.
struct BuildOrder: Codable, Sendable {
  /// Of `limpid`, its only argument.
  static let subcommand = "program-worker"

  /// Its ``Device/identity``.
  let device: [String]
  /// Where the programs go.
  let folder: String
  let optimizes: Bool
  let sources: [ProgramSource]
}

/// The inside of a process that builds programs for another: see ``SharedBuild``.
package enum ProgramWorkerLoop {
  /// Does what the process at the other end of standard input, which is a socket, orders.
  package static func run() {
    ParentBond.tie()
    let channel = MessageChannel(descriptor: STDIN_FILENO)
    guard let order = try? channel.receive(BuildOrder.self).0,
      let device = try? Device.all().first(where: { $0.identity == order.device }),
      let context = try? Context(device)
    else { return }
    let cache = ProgramCache(context, folder: order.folder, optimizes: order.optimizes)
    // What does not build is for the other process to tell.
    for source in order.sources { try? cache.buildIfFree(source.text) }
  }
}
