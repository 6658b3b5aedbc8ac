import Generation

/// What a system tells while it works. Shares are of all the work on the pictures at hand.
package enum RestorationEvent: Codable, Hashable, Sendable {
  /// Another tile of the pictures, or a whole picture, is done.
  case tile(share: Double)
  /// A part of something that takes long is done.
  case working(share: Double)
  /// Another step of a loop is done: `number` of `count`, from 1.
  case step(stage: String, number: Int, count: Int, share: Double)
  /// A turn over one whole picture is done: that of the subject with this number, from 0.
  case round(RestorationRound.Report, subject: Int, share: Double)

  /// What is told of a step, or of a part of one, of a stage's loop.
  init(_ progress: StepProgress, of stage: String, share: Double) {
    self =
      progress.endsStep
      ? .step(stage: stage, number: progress.step, count: progress.count, share: share)
      : .working(share: share)
  }

  package var share: Double {
    switch self {
    case .tile(let share), .working(let share), .step(_, _, _, let share),
      .round(_, _, let share):
      share
    }
  }

  /// The same with another share.
  /// - Parameter place: of the subject among others; nil where it stays.
  func replacing(share: Double, subject place: Int? = nil) -> RestorationEvent {
    switch self {
    case .tile: .tile(share: share)
    case .working: .working(share: share)
    case .step(let stage, let number, let count, _):
      .step(stage: stage, number: number, count: count, share: share)
    case .round(let round, let subject, _):
      .round(round, subject: place ?? subject, share: share)
    }
  }

  /// The same, told of one picture, among the work on several, one after the other.
  func placed(at index: Int, of count: Int) -> RestorationEvent {
    replacing(share: (Double(index) + share) / Double(count), subject: index)
  }
}
