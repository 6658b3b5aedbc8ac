import Execution
import Models
import OpenCLExecutor
import Paths
import Pictures
import Restoration
import Tensors

/// What half precision costs the pictures that a model restores, against f32 on the same device.
package struct PrecisionMeasurement: Sendable {
  /// The device's name.
  package let device: String
  /// That of f32 first; f32 once more where only the middles of pictures are restored in halves.
  package private(set) var rows: [PrecisionRow] = []
  /// What was not run, and why.
  package private(set) var omitted: [(mode: HalfMode, reason: String)] = []
  /// nil where what was run does not allow one.
  package private(set) var verdict: PrecisionVerdict?

  private let model: Model
  private let choice: DeviceSelector
  private let options: SystemOptions
  private let subjects: [PrecisionSubject]

  /// - Parameters:
  ///   - options: what guides the pictures besides what lies beside them.
  ///   - pictures: files; none for generated pictures.
  /// - Throws: ``LimpidError`` when the model does not restore, in f32 either.
  package init(
    _ model: Model, on choice: DeviceSelector, _ options: SystemOptions = SystemOptions(),
    pictures: [Path] = []
  ) throws(LimpidError) {
    (self.model, self.choice) = (model, choice)
    self.options = RestorationSystems.completed(options, for: model)
    guard choice != .reference else {
      throw LimpidError(.usage, "the reference computes in f32 only; choose another device")
    }
    let float = try PrecisionRun(model, on: try Engine(choice), options)
    device = float.engine.deviceName
    subjects = try PrecisionSubject.all(pictures, for: float.restorer)
    let expected = try add(nil, float, subjects, against: nil)
    let half = try Engine(choice, dtype: .f16)
    let mode: HalfMode = half.hasMatrixUnits ? .matrixUnits : .storage
    _ = try add(mode, try PrecisionRun(model, on: half, options), subjects, against: expected)
    if half.hasMatrixUnits {
      omitted.append((.storage, "the device's matrix units multiply halves"))
    } else {
      omitted.append((.matrixUnits, "the device has none"))
      try emulate(beside: float)
    }
    let evidence = rows.compactMap { $0.evidence(on: device) }
    verdict = model.digest.flatMap { PrecisionVerdict(of: $0, evidence) }
  }

  /// Runs the kernels for matrix units on as much of the pictures as takes bearable time.
  private mutating func emulate(beside float: PrecisionRun) throws(LimpidError) {
    let engine = try Engine(choice, dtype: .f16, family: .gpu, emulating: .lanes)
    guard engine.emulatesMatrixUnits else {
      omitted.append((.emulatedMatrixUnits, "the device does not run their imitation"))
      return
    }
    let run = try PrecisionRun(model, on: engine, options)
    guard let side = try run.side(subjects) else {
      omitted.append((.emulatedMatrixUnits, "the model is too large to imitate them in minutes"))
      return
    }
    let middles = subjects.map { $0.middle(side) }
    let isWhole = subjects.allSatisfy { max($0.width, $0.height) <= side }
    let expected =
      try isWhole ? float.restored(middles) : add(nil, float, middles, against: nil)
    _ = try add(.emulatedMatrixUnits, run, middles, against: expected)
  }

  /// Adds a row of the subjects, and returns what became of them.
  private mutating func add(
    _ mode: HalfMode?, _ run: PrecisionRun, _ subjects: [PrecisionSubject],
    against expected: [TimedRestoration]?
  ) throws(LimpidError) -> [TimedRestoration] {
    let restored = try run.restored(subjects)
    let results = subjects.indices.map {
      PrecisionRow.Result(subjects[$0], restored[$0], against: (expected ?? restored)[$0])
    }
    rows.append(PrecisionRow(mode: mode, results: results))
    return restored
  }
}

/// A model on a device in one precision.
private struct PrecisionRun {
  let engine: Engine
  let restorer: Restorer

  init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    self.engine = engine
    restorer = try Restorer(model, on: engine, options)
  }

  /// The side of the largest middles of subjects that are imitated in bearable time; nil for none.
  func side(_ subjects: [PrecisionSubject]) throws(LimpidError) -> Int? {
    for side in [64, 32] {
      var flops = 0.0
      for middle in subjects.map({ $0.middle(side) }) {
        flops += try restorer.need(width: middle.width, height: middle.height).flops
      }
      if flops <= Self.mostFLOPs { return side }
    }
    return nil
  }

  /// Two cores imitate less than 10^8 a second.
  private static let mostFLOPs = 5e9

  func restored(_ subjects: [PrecisionSubject]) throws(LimpidError) -> [TimedRestoration] {
    try subjects.map { subject throws(LimpidError) in
      let first = try restored(subject)
      guard first.seconds < Self.longSeconds else { return first }
      let second = try restored(subject)
      return TimedRestoration(
        picture: first.picture, seconds: second.seconds, nonFinite: first.nonFinite)
    }
  }

  /// The first run also compiles: it counts where that hardly matters.
  private static let longSeconds = 10.0

  private func restored(_ subject: PrecisionSubject) throws(LimpidError) -> TimedRestoration {
    _ = engine.takeOverflows()
    let start = ContinuousClock.now
    let result = try restorer.restore([subject.subject])[0]
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    // What halves make no picture of is a finding; in f32 it is a fault.
    let picture = engine.dtype == .f32 ? try result.get().picture : try? result.get().picture
    return TimedRestoration(
      picture: picture, seconds: seconds, nonFinite: engine.takeOverflows())
  }
}
