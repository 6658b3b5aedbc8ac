import Conformance
import Diagnostics
import Images
import Paths
import Pictures
import Synchronization

/// Every case of a campaign in every comparison, one comparison after the other.
struct OpParityRun {
  private let comparisons: [OpComparison]
  private let campaign: OpCampaign
  private let jobs: Int

  /// What is known while cases run.
  private struct State {
    var tally: OpParityTally
    var suite = JUnitSuite()
  }

  /// - Parameter jobs: how many processes run cases at the same time.
  init(_ comparisons: [OpComparison], _ campaign: OpCampaign, jobs: Int) {
    (self.comparisons, self.campaign, self.jobs) = (comparisons, campaign, jobs)
  }

  /// - Parameters:
  ///   - junit: the file that tells of every case; nil for none.
  ///   - report: told of one case at a time, as it ends.
  func tallies(
    junit: Path?, reporting report: @Sendable (OpParityRow) -> Void
  ) throws(LimpidError) -> [OpParityTally] {
    var (tallies, suites): ([OpParityTally], [String]) = ([], [])
    for comparison in comparisons {
      let parity = OpParity(comparison)
      let state = Mutex(State(tally: OpParityTally(comparison)))
      parity.run(campaign, jobs: jobs) { row in
        state.withLock { state in
          state.tally.add(row)
          if junit != nil { state.suite.add(row) }
          report(row)
          tell(state.tally)
        }
      }
      var (tally, suite) = state.withLock { ($0.tally, $0.suite) }
      tally.name = parity.name
      tallies.append(tally)
      suites.append(suite.text(named: parity.name))
    }
    if let junit { try write(JUnitSuite.document(suites), to: junit) }
    return tallies
  }

  /// Says to a person how far it is.
  private func tell(_ tally: OpParityTally) {
    let (done, all) = (tally.cases, campaign.references.count)
    guard Terminal.isInteractive, done.isMultiple(of: 20) || done == all else { return }
    Terminal.tell(
      "\r\u{1b}[K\(tally.comparison.description): \(done) of \(all), "
        + "\(done - tally.agreed) failed\(done == all ? "\n" : "")")
  }

  private func write(_ text: String, to path: Path) throws(LimpidError) {
    do {
      try OutputFile.createDirectory(of: path)
      try OutputFile(path, overwrite: true).write(Array(text.utf8))
    } catch {
      throw LimpidError(error, subject: path)
    }
  }
}
