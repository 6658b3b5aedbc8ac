import Conformance
import Foundation
import Synchronization

/// Runs cases of ops on a device in processes of their own, several at a time, and compares.
package final class OpParity: Sendable {
  /// Cases that are run at most to find the smallest one that fails.
  private static let shrinkingTrials = 300
  /// Processes of a run where nobody says how many: one for each core, up to four.
  package static var usualJobs: Int { min(4, ProcessInfo.processInfo.activeProcessorCount) }

  private let comparison: OpComparison
  private let executable: String
  private let patience: Duration
  private let state: Mutex<State>

  private struct State {
    /// The candidate's name.
    var name: String
    /// Where the case is that nobody has taken yet.
    var next = 0
    /// The kinds and faults of which a smallest case has been looked for.
    var shrunk: Set<[String]> = []
  }

  /// - Parameters:
  ///   - executable: a `limpid` command.
  ///   - patience: how long a case may take before it counts as hung.
  package init(
    _ comparison: OpComparison, executable: String = "/proc/self/exe",
    patience: Duration = .seconds(600)
  ) {
    (self.comparison, self.executable, self.patience) = (comparison, executable, patience)
    state = Mutex(State(name: comparison.candidate.description))
  }

  /// The candidate's name; what it was asked for while no case has opened its device.
  package var name: String { state.withLock(\.name) }

  /// Runs every case of a campaign once.
  /// - Parameters:
  ///   - jobs: how many processes run cases at the same time.
  ///   - deadline: after which no case begins; nil for none.
  ///   - report: told of every case as it ends, by several threads.
  package func run(
    _ campaign: OpCampaign, jobs: Int, until deadline: ContinuousClock.Instant? = nil,
    reporting report: @Sendable (OpParityRow) -> Void
  ) {
    DispatchQueue.concurrentPerform(iterations: min(jobs, campaign.references.count)) { _ in
      let worker = OpWorker(executable, comparison, patience: patience)
      while deadline.map({ ContinuousClock.now < $0 }) ?? true,
        let reference = next(of: campaign)
      {
        report(check(reference, in: worker))
      }
    }
  }

  private func next(of campaign: OpCampaign) -> CaseReference? {
    let place = state.withLock { state in
      defer { state.next += 1 }
      return state.next
    }
    return place < campaign.references.count ? campaign.references[place] : nil
  }

  /// Runs a case. Of random ones the first of each kind that fails in some way is shrunk.
  private func check(_ reference: CaseReference, in worker: OpWorker) -> OpParityRow {
    let outcome = worker.check(reference)
    if let name = worker.name { state.withLock { $0.name = name } }
    var row = OpParityRow(comparison: comparison, reference: reference, outcome: outcome)
    if let fault = outcome.fault, case .random(let drawn) = reference,
      state.withLock({ $0.shrunk.insert(["\(drawn.kind)", fault]).inserted })
    {
      row.smallest = smallest(drawn, outcome, fault, in: worker)
    }
    return row
  }

  /// Takes from the numbers that decide a case, one at a time, what can be taken.
  private func smallest(
    _ drawn: RandomCase, _ outcome: OpWorker.Outcome, _ fault: String, in worker: OpWorker
  ) -> OpParityRow.Smallest {
    var choices = drawn.drawn().choices
    var best = (reference: CaseReference.random(drawn), outcome: outcome)
    var trials = 0
    search: while true {
      for smaller in drawn.smaller(than: choices) {
        guard trials < Self.shrinkingTrials else { break search }
        trials += 1
        let outcome = worker.check(.random(smaller))
        guard outcome.fault == fault else { continue }
        choices = smaller.drawn().choices
        best = (.random(smaller), outcome)
        continue search
      }
      break
    }
    return OpParityRow.Smallest(
      reference: best.reference, outcome: best.outcome, trials: trials)
  }
}
