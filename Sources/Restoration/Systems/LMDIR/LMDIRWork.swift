import Generation
import Pictures
import Tensors

/// Pictures on their way through LMDIR's turns: in each, one of the descriptions of what is wrong
/// is removed from every picture that has so many.
struct LMDIRWork {
  /// One description of each picture that has another.
  struct Turn {
    /// From 0.
    let number: Int
    /// Places of the pictures.
    let subjects: [Int]
    /// Descriptions that are removed before this turn, and of all turns.
    fileprivate let done: Int
    fileprivate let count: Int

    /// Painting takes most of the time.
    private static let paintingShare = 0.9

    /// How much of all work is done while the reference of a picture is painted.
    func share(painted progress: StepProgress, of subject: Int) -> Double {
      let before = Double(subjects.firstIndex(of: subject) ?? 0)
      let part = before + progress.done / Double(progress.count)
      return (Double(done) + Self.paintingShare * part) / Double(count)
    }

    /// How much of all work is done while the pictures are restored.
    func share(restored: Double) -> Double {
      let part = Self.paintingShare + (1 - Self.paintingShare) * restored
      return (Double(done) + Double(subjects.count) * part) / Double(count)
    }

    /// What the restorer tells, among all work.
    func event(_ event: RestorationEvent) -> RestorationEvent {
      let share = share(restored: event.share)
      return if case .tile = event { .tile(share: share) } else { .working(share: share) }
    }
  }

  let subjects: [Subject]
  /// As they are between turns, in [0, 1]; not rounded.
  private(set) var pictures: [Picture]
  private let keepsSteps: Bool
  private let keepsReferences: Bool
  private var number = 0
  private var done = 0
  private var tiles: [(width: Int, height: Int)?]
  private var warnings: [[String]]
  private var rounds: [[RestorationRound]]
  private var isPainted: [Bool]
  private var kept: [[KeptPicture]]

  init(_ subjects: [Subject], keepsSteps: Bool, keepsReferences: Bool = false) {
    self.subjects = subjects
    (self.keepsSteps, self.keepsReferences) = (keepsSteps, keepsReferences)
    pictures = subjects.map(\.picture)
    tiles = subjects.map { _ in nil }
    warnings = subjects.map { _ in [] }
    rounds = subjects.map { _ in [] }
    isPainted = subjects.map { _ in false }
    kept = subjects.map { _ in [] }
  }

  /// nil when all descriptions are removed.
  var nextTurn: Turn? {
    let counts = subjects.map { $0.texts[.degradation].count }
    let left = subjects.indices.filter { number < counts[$0] }
    return left.isEmpty
      ? nil : Turn(number: number, subjects: left, done: done, count: counts.reduce(0, +))
  }

  /// Records that a reference was painted, or kept from an earlier time.
  mutating func note(_ reference: Picture, of subject: Int, warning: String?) {
    isPainted[subject] = true
    if keepsReferences {
      let name = "step_\(number + 1)_reference"
      kept[subject].append(KeptPicture(name, reference, isState: false))
    }
    if let warning, !warnings[subject].contains(warning) { warnings[subject].append(warning) }
  }

  /// Goes on with what became of a turn's pictures.
  mutating func finish(
    _ turn: Turn, _ restored: [RestoredPicture], took: Duration,
    reporting report: (RestorationEvent) throws -> Void
  ) throws {
    number += 1
    done += turn.subjects.count
    for (subject, result) in zip(turn.subjects, restored) {
      pictures[subject] = result.picture.clamped
      tiles[subject] = tiles[subject] ?? result.tile
      warnings[subject] += result.warnings.filter { !warnings[subject].contains($0) }
      guard subjects[subject].texts[.degradation].count > 1 || keepsSteps else { continue }
      let round = RestorationRound.Report(
        number: number, label: subjects[subject].texts[.degradation][turn.number],
        probabilities: [], isChange: true, structureWeight: nil,
        seconds: took / .seconds(1) / Double(turn.subjects.count))
      rounds[subject].append(
        RestorationRound(report: round, picture: keepsSteps ? pictures[subject] : nil))
      try report(.round(round, subject: subject, share: turn.share(restored: 1)))
    }
  }

  var restorations: [RestoredPicture] {
    subjects.indices.map { index in
      RestoredPicture(
        picture: pictures[index], tile: tiles[index],
        seed: isPainted[index] ? subjects[index].seed : nil, warnings: warnings[index],
        rounds: rounds[index], kept: kept[index])
    }
  }
}
