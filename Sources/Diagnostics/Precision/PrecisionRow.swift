import Models
import Pictures
import Restoration
import Tensors

/// Pictures that were restored in one precision.
package struct PrecisionRow: Sendable {
  /// One picture.
  package struct Result: Sendable {
    package let name: String
    package let width: Int
    package let height: Int
    /// Of a run after the first, where the first was short.
    package let seconds: Double
    /// Against f32, in dB with a peak of 1; nil when the results are equal.
    package let psnr: Double?
    /// The largest difference to f32, in steps of 1/255.
    package let steps: Double
    /// Values of networks' results that were no finite numbers.
    package let nonFinite: Int
  }

  /// nil for f32, what the others are compared with.
  package let mode: HalfMode?
  package let results: [Result]

  /// What the row says to a verdict; nil of f32.
  func evidence(on device: String) -> HalfEvidence? {
    mode.map { mode in
      HalfEvidence(
        mode, on: device, pictures: results.count, psnr: results.compactMap(\.psnr).min(),
        steps: results.map(\.steps).max() ?? 0,
        nonFinite: results.reduce(0) { $0 + $1.nonFinite })
    }
  }
}

/// A restored picture with what it took.
struct TimedRestoration {
  /// nil for a result that no picture can be.
  let picture: Picture?
  let seconds: Double
  let nonFinite: Int
}

extension PrecisionRow.Result {
  /// - Parameter expected: of the same subject in f32.
  init(
    _ subject: PrecisionSubject, _ restored: TimedRestoration, against expected: TimedRestoration
  ) {
    let comparison = restored.picture.flatMap { actual in
      expected.picture.map { Comparison(actual.clamped.tensor, with: $0.clamped.tensor) }
    }
    self.init(
      name: subject.name, width: subject.width, height: subject.height,
      seconds: restored.seconds,
      psnr: comparison.map(\.psnr).map { $0.isFinite ? $0 : nil } ?? 0,
      steps: 255 * (comparison?.maxAbs ?? 1), nonFinite: restored.nonFinite)
  }
}

extension Picture {
  fileprivate var tensor: HostTensor { HostTensor([3, height, width], planes) }
}
