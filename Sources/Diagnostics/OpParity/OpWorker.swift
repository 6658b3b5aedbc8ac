import Conformance
import Processes

/// A process of its own in which ops run, so that a driver that crashes or hangs costs one case:
/// the next case has another process.
package final class OpWorker {
  /// What became of a case.
  package enum Outcome: Sendable {
    case compared(CaseResult)
    /// It does not run, and why.
    case refused(String)
    /// The process ended, and how, or gave no answer.
    case crashed(String)
  }

  private let executable: String
  private let comparison: OpComparison
  private let patience: Duration
  private var process: (process: WorkerProcess, channel: MessageChannel)?
  /// The candidate's name, once its device has been opened.
  package private(set) var name: String?

  /// - Parameters:
  ///   - executable: a `limpid` command.
  ///   - patience: how long the process may say nothing before it counts as hung.
  package init(_ executable: String, _ comparison: OpComparison, patience: Duration) {
    (self.executable, self.comparison, self.patience) = (executable, comparison, patience)
  }

  /// Compares a case, in a new process where there is none.
  package func check(_ reference: CaseReference) -> Outcome {
    do {
      let channel = try process?.channel ?? start()
      try channel.send(OpRequest.check(reference), patience: patience)
      switch try channel.receive(OpReply.self, patience: patience).0 {
      case .checked(let result): return .compared(result)
      case .refused(let reason): return .refused(reason)
      case .ready: throw MessageChannel.Fault.ended
      }
    } catch let refusal as Refusal {
      process = nil
      return .refused(refusal.reason)
    } catch {
      return .crashed(ending(after: error))
    }
  }

  /// The devices cannot be opened.
  private struct Refusal: Error {
    let reason: String
  }

  private func start() throws -> MessageChannel {
    let started: WorkerProcess
    do {
      started = try WorkerProcess(executable, "op-worker")
    } catch {
      throw Refusal(reason: "\(error)")
    }
    let channel = MessageChannel(descriptor: started.socket)
    process = (started, channel)
    try channel.send(OpRequest.configure(comparison), patience: patience)
    switch try channel.receive(OpReply.self, patience: patience).0 {
    case .ready(let name): self.name = name
    case .refused(let reason): throw Refusal(reason: reason)
    case .checked: throw MessageChannel.Fault.ended
    }
    return channel
  }

  /// Ends the process, and says what was the matter with it.
  private func ending(after error: any Error) -> String {
    let how = process?.process.end() ?? "it never began"
    process = nil
    if case MessageChannel.Fault.silent = error {
      return "no answer for \(patience.components.seconds) s"
    }
    return "the process ended: \(how)"
  }
}
