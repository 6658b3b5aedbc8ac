import OpenCL

/// Looks for the values of choices that make workloads fastest on a device, one choice after the
/// other.
package struct TuningSearch {
  /// A value, and how many times as fast it is as the one that was in effect.
  package struct Trial: Sendable {
    package let value: [Int]
    /// Geometric mean over the workloads that it cuts otherwise; nil when it does not run here.
    package let gain: Double?
  }

  /// What became of a choice.
  package struct Decision: Sendable {
    package let choice: Choice
    package let before: [Int]
    package let after: [Int]
    /// Of the values that change a workload.
    package let trials: [Trial]
  }

  /// A value wins only when it is so much faster twice in a row, the second time also being no
  /// slower in the worst quarter of the rounds.
  package static let margin = 1.03

  private let executor: OpenCLExecutor
  private let workloads: [TuningWorkload]
  private let rounds: Int
  /// The best values so far.
  package private(set) var row: TuningRow

  /// - Parameters:
  ///   - executor: its tuning is where the search begins.
  ///   - rounds: in which a value and the one in effect are run by turns.
  package init(_ executor: OpenCLExecutor, _ workloads: [TuningWorkload], rounds: Int) {
    self.executor = executor
    self.workloads = workloads
    self.rounds = rounds
    row = executor.tuning
  }

  /// The choices that a search of this device goes through: a strict one leaves alone what decides
  /// the algorithm.
  package var choices: [Choice] {
    Choice.all(of: row.family, in: executor.math)
  }

  /// Finds the value of one choice, the others being as they are.
  package mutating func decide(_ choice: Choice) throws -> Decision {
    let before = row[choice]
    var trials: [(trial: Trial, merit: Double)] = []
    for value in choice.values where value != before {
      let gains = try gains(row.replacing([choice: value]))
      guard gains.map(\.isEmpty) != true else { continue }
      let medians = gains?.map(\.median)
      let trial = Trial(value: value, gain: medians?.geometricMean)
      // Of values that all win, the one that saves most: few workloads count for little.
      let merit = (medians ?? []).reduce(0) { $0 + ($1 - 1) }
      trials.append((trial, merit))
    }
    let best = trials.filter { ($0.trial.gain ?? 0) >= Self.margin }.max { $0.merit < $1.merit }
    if let value = best?.trial.value, try holds(row.replacing([choice: value])) {
      row[choice] = value
    }
    return Decision(
      choice: choice, before: before, after: row[choice], trials: trials.map(\.trial))
  }

  /// Whether another row is faster beyond doubt.
  private func holds(_ other: TuningRow) throws -> Bool {
    guard let gains = try gains(other) else { return false }
    return gains.map(\.median).geometricMean >= Self.margin
      && gains.map(\.lowerQuartile).geometricMean >= 1
  }

  /// How many times as fast each workload that is cut otherwise has become since the start. When
  /// they are no faster in the mean, what was found is dropped.
  package mutating func conclude() throws -> [(name: String, gain: Double)] {
    let tuned = OpenCLExecutor(executor, tuning: row)
    let gains: [(name: String, gain: Double)] = try workloads.compactMap { workload in
      try TuningComparison(workload, executor, tuned).map { comparison in
        (workload.name, try comparison.gain(rounds: rounds).median)
      }
    }
    if gains.map(\.gain).geometricMean <= 1 { row = executor.tuning }
    return gains
  }

  /// How many times as fast as now the workloads would be that another row cuts otherwise; nil
  /// when the device refuses one of its kernels.
  private func gains(_ other: TuningRow) throws -> [TuningComparison.Gain]? {
    let incumbent = OpenCLExecutor(executor, tuning: row)
    let candidate = OpenCLExecutor(executor, tuning: other)
    do {
      return try workloads.compactMap { workload in
        try TuningComparison(workload, incumbent, candidate)?.gain(rounds: rounds)
      }
    } catch is OpenCLError {
      return nil
    }
  }
}
