import Pictures

/// One turn of a system that restores a picture several times over: what it found, and what it
/// made of it.
package struct RestorationRound: Sendable {
  /// What travels with the events.
  package struct Report: Codable, Hashable, Sendable {
    package struct Probability: Codable, Hashable, Sendable {
      package let label: String
      package let value: Float
    }

    /// From 1.
    package let number: Int
    /// What was removed, or the text that was followed. Of a round that found nothing to do, and so
    /// ended the loop, what it found instead.
    package let label: String
    /// How likely everything was that the picture was looked at for.
    package let probabilities: [Probability]
    /// Whether the picture was changed; what found nothing to do was the last round.
    package let isChange: Bool
    /// Of AutoDIR's structure correction; nil without one.
    package let structureWeight: Float?
    package let seconds: Double
  }

  package let report: Report
  /// nil where it was not asked for, or is the one before it.
  package let picture: Picture?

  package init(report: Report, picture: Picture?) {
    (self.report, self.picture) = (report, picture)
  }
}
