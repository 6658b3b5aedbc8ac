import Conformance
import Reports
import Synchronization

extension DeviceReport.Parity {
  /// Compares ops in a use of a device with the reference.
  init(
    _ comparison: OpComparison, _ campaign: OpCampaign, jobs: Int,
    until deadline: ContinuousClock.Instant
  ) {
    let parity = OpParity(comparison)
    let state = Mutex(OpParityTally(comparison))
    parity.run(campaign, jobs: jobs, until: deadline) { row in state.withLock { $0.add(row) } }
    self.init(state.withLock(\.self), of: campaign)
  }

  private init(_ tally: OpParityTally, of campaign: OpCampaign) {
    let topics = tally.topics.sorted { $0.key < $1.key }.map { name, topic in
      DeviceReport.Topic(
        name: name, cases: topic.cases, agreed: topic.agreed,
        worstError: topic.worstError.isFinite ? topic.worstError : nil)
    }
    // What a driver says of a fault may name files.
    let failures = tally.failures.map { row in
      DeviceReport.Failure(op: row.reference.details, fault: row.outcome.fault ?? "")
    }
    self.init(
      executor: tally.comparison.candidate.variant.description, topics: topics,
      skipped: campaign.references.count - tally.cases, failures: failures)
  }
}
