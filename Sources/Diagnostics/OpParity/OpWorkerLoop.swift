import Conformance
import Execution
import Glibc
import IR
import Processes
import ReferenceExecutor

/// The inside of a process that runs ops for another: see ``OpWorker``.
package enum OpWorkerLoop {
  /// Serves the process at the other end of standard input, which is a socket.
  package static func run() {
    ParentBond.tie()
    let channel = MessageChannel(descriptor: STDIN_FILENO)
    guard case .configure(let comparison) = try? channel.receive(OpRequest.self).0 else { return }
    do {
      let candidate = try candidate(comparison.candidate)
      let baseline = try comparison.baseline.map { try Self.candidate($0).executor }
      try channel.send(OpReply.ready(candidate.description))
      while case .check(let reference) = try channel.receive(OpRequest.self).0 {
        let reply = reply(
          reference, candidate, baseline ?? ReferenceExecutor(), comparison.isExact)
        try channel.send(reply)
      }
    } catch {
      try? channel.send(OpReply.refused("\(error)"))
    }
  }

  private static func candidate(_ side: OpComparison.Side) throws -> Candidate {
    try side.variant.candidate(on: try Devices.openCL()[side.device])
  }

  private static func reply(
    _ reference: CaseReference, _ candidate: Candidate, _ baseline: any Executor, _ isExact: Bool
  ) -> OpReply {
    guard let subject = reference.subject else { return .refused("there is no such case") }
    do {
      return .checked(
        try checkCase(subject, on: candidate, against: baseline, isExact: isExact))
    } catch {
      return .refused("\(error)")
    }
  }
}
