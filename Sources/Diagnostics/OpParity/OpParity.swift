import Conformance

/// Runs cases of ops on a device in a process of its own, and compares.
package struct OpParity {
  /// Cases that are run at most to find the smallest one that fails.
  private static let shrinkingTrials = 300

  private let worker: OpWorker
  private let comparison: OpComparison
  /// The kinds and faults of which a smallest case has been looked for.
  private var shrunk: Set<[String]> = []

  /// - Parameters:
  ///   - executable: a `limpid` command.
  ///   - patience: how long a case may take before it counts as hung.
  package init(
    _ comparison: OpComparison, executable: String = "/proc/self/exe",
    patience: Duration = .seconds(600)
  ) {
    self.comparison = comparison
    worker = OpWorker(executable, comparison, patience: patience)
  }

  /// The candidate's name; what it was asked for while no case has opened its device.
  package var name: String { worker.name ?? comparison.candidate.description }

  /// Runs a case. Of random ones the first of each kind that fails in some way is shrunk.
  package mutating func check(_ reference: CaseReference) -> OpParityRow {
    let outcome = worker.check(reference)
    var row = OpParityRow(comparison: comparison, reference: reference, outcome: outcome)
    if let fault = outcome.fault, case .random(let drawn) = reference,
      shrunk.insert(["\(drawn.kind)", fault]).inserted
    {
      row.smallest = smallest(drawn, outcome, fault)
    }
    return row
  }

  /// Takes from the numbers that decide a case, one at a time, what can be taken.
  private func smallest(
    _ drawn: RandomCase, _ outcome: OpWorker.Outcome, _ fault: String
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
