import Restoration

/// A restored picture, and how it was made.
public struct RestoredPicture: Hashable, Sendable {
  /// What became of it.
  public let picture: Picture
  /// Sides of the largest tile in pixels; nil when the picture was restored whole.
  public let tile: Size?
  /// Where its random numbers began; nil when none were drawn.
  public let seed: UInt64?
  /// What should be known of the result, one line each.
  public let warnings: [String]
  /// What a model that goes over a picture several times did, in order.
  public let rounds: [RestorationRound]
}

/// Sides of a rectangle.
public struct Size: Hashable, Sendable {
  /// In pixels.
  public var width: Int
  /// In pixels.
  public var height: Int

  /// Sides in pixels.
  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }
}

/// One turn of a model that goes over a picture several times.
public struct RestorationRound: Hashable, Sendable {
  /// How likely it was that something is wrong.
  public struct Probability: Hashable, Sendable {
    /// What it is.
    public let label: String
    /// In 0...1.
    public let value: Float
  }

  /// From 1.
  public let number: Int
  /// What was removed, or the text that was followed; of a turn that found nothing to do, and so
  /// was the last, what it found instead.
  public let label: String
  /// How likely everything was that the picture was looked at for.
  public let probabilities: [Probability]
  /// Whether the picture was changed.
  public let isChange: Bool
  /// Of AutoDIR's structure correction; nil without one.
  public let structureWeight: Float?
  /// How long it took.
  public let seconds: Double
  /// What the turn made of the picture; nil where it was not to be kept or nothing was changed, and
  /// in progress.
  public let picture: Picture?
}

extension RestoredPicture {
  init(_ restored: Restoration.RestoredPicture) {
    self.init(
      picture: Picture(restored.picture),
      tile: restored.tile.map { Size(width: $0.width, height: $0.height) }, seed: restored.seed,
      warnings: restored.warnings,
      rounds: restored.rounds.map { round in
        RestorationRound(round.report, picture: round.picture.map { Picture($0) })
      })
  }
}

extension RestorationRound {
  init(_ report: Restoration.RestorationRound.Report, picture: Picture?) {
    self.init(
      number: report.number, label: report.label,
      probabilities: report.probabilities.map { Probability(label: $0.label, value: $0.value) },
      isChange: report.isChange, structureWeight: report.structureWeight, seconds: report.seconds,
      picture: picture)
  }
}
