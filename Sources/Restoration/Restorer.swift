import Execution
import Images
import Models
import Pictures
import Synchronization
import Tensors

/// Restores pictures with one model on one device.
///
/// It may be used from several threads, which take turns.
package final class Restorer: Sendable {
  package let engine: Engine
  /// Where texts and reference images of files come from.
  package let guides: GuideSources
  /// What was chosen.
  let options: SystemOptions
  let system: any RestorationSystem
  /// Whoever asks it as a service takes turns.
  let turns = Mutex(())
  /// Whether its service has ended.
  let cancellation = Atomic<Bool>(false)

  /// Where random numbers begin unless a picture says otherwise.
  package static let defaultSeed: UInt64 = 42

  /// - Throws: ``LimpidError`` when the model or the options do not fit each other.
  package init(
    _ model: Model, on engine: Engine, _ options: SystemOptions = SystemOptions()
  ) throws(LimpidError) {
    self.engine = engine
    self.options = options
    let kind = try RestorationSystems.system(for: model, accepting: options)
    guides = GuideSources(kind.guides(options), options)
    system = try kind.init(
      try model.converted(to: options.localStatistics), on: engine, options)
  }

  /// Restores a picture.
  /// - Parameter seed: where random numbers begin, for models that draw some.
  /// - Throws: ``LimpidError`` when the device fails or its memory does not suffice.
  package func restore(
    _ picture: Picture, seed: UInt64 = Restorer.defaultSeed
  ) throws(LimpidError) -> Picture {
    try restore([Subject(picture, seed: seed)])[0].get().picture
  }

  /// Restores pictures of one size together; what becomes of each is the same as alone. Where that
  /// fails, they are restored one by one.
  /// - Parameter report: told what is done; what it throws ends the work.
  /// - Returns: a result per picture: one that fails, or fails its check, fails alone.
  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void = { _ in }
  ) throws(LimpidError) -> [Result<RestoredPicture, LimpidError>] {
    guard let first = subjects.first?.picture else { return [] }
    precondition(
      subjects.allSatisfy { $0.picture.width == first.width && $0.picture.height == first.height },
      "pictures of a batch have one size")
    do throws(LimpidError) {
      return try restoreTogether(subjects, reporting: report)
    } catch {
      guard subjects.count > 1, error.mayBeOfOnePicture else { throw error }
      return try subjects.enumerated().map { index, subject throws(LimpidError) in
        try restoreAlone(subject) { try report($0.placed(at: index, of: subjects.count)) }
      }
    }
  }

  private func restoreTogether(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [Result<RestoredPicture, LimpidError>] {
    let restored =
      options.isEnsemble
      ? try Self.ensemble(subjects, by: system, reporting: report)
      : try system.restore(subjects, reporting: report)
    return zip(subjects, restored).map { Self.checked($0.picture, $1) }
  }

  private func restoreAlone(
    _ subject: Subject, reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> Result<RestoredPicture, LimpidError> {
    do throws(LimpidError) {
      return try restoreTogether([subject], reporting: report)[0]
    } catch {
      guard error.mayBeOfOnePicture else { throw error }
      return .failure(error)
    }
  }

  /// Predicts what so many pictures of this size take, together as far as they share evaluations.
  package func need(
    _ count: Int = 1, width: Int, height: Int
  ) throws(LimpidError) -> Need {
    try system.need(count, width: width, height: height)
      .times(options.isEnsemble ? Orientation.allCases.count : 1)
  }

  /// Pixels that keep the device busy: see ``Engine/pixelsPerRun``.
  var pixelsPerRun: Int { engine.pixelsPerRun * system.reduction * system.reduction }

  /// How a picture of this size is cut; nil when it is restored whole.
  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    try system.tiles(width: width, height: height)
  }

  /// Floating-point operations per second, measured on a small picture.
  package func speed() throws(LimpidError) -> Double { try system.speed() }

  /// Refuses what only a failing device or network gives: values that are no numbers, or one and
  /// the same colour everywhere, as files will hold it, for a picture that is clearly of several.
  private static func checked(
    _ picture: Picture, _ restored: RestoredPicture
  ) -> Result<RestoredPicture, LimpidError> {
    guard let extent = extent(of: restored.picture.planes) else {
      return .failure(LimpidError(.failed, "the result holds values that are no numbers"))
    }
    if extent == 0, let source = Self.extent(of: picture.planes), source > leastContrast {
      return .failure(LimpidError(.failed, "the result is of one colour, the image is not"))
    }
    return .success(restored)
  }

  /// A darker or fainter picture may well become one colour.
  private static let leastContrast: Float = 1 / 16

  /// The distance between the lowest and the highest value, of those in [0, 1]; nil when one is no
  /// finite number.
  private static func extent(of values: [Float]) -> Float? {
    var (lowest, highest, sum) = (Float.infinity, -Float.infinity, Float(0))
    for value in values {
      let seen = value.clamped(to: 0...1)
      lowest = min(lowest, seen)
      highest = max(highest, seen)
      // 0 for numbers, NaN for everything else.
      sum += value * 0
    }
    return sum == 0 ? highest - lowest : nil
  }
}

extension LimpidError {
  /// Whether the others of a batch may go well without the picture that it is about.
  fileprivate var mayBeOfOnePicture: Bool {
    switch kind {
    case .failed, .usage, .badData: !losesDevice
    case .noInput, .unavailable, .cannotCreate, .transfer, .temporary, .interrupted, .terminated:
      false
    }
  }
}
