/// What half precision cost the pictures that one way of computing with it restored.
package struct HalfEvidence: Hashable, Codable, Sendable {
  /// An error of the half of a step of 1/255 in the root mean square.
  package static let leastPSNR = 54.0
  /// Steps of 1/255.
  package static let mostSteps = 4.0

  package let mode: HalfMode
  /// The device's name.
  package let device: String
  /// How many were restored.
  package let pictures: Int
  /// Of the picture where it is least, in dB with a peak of 1, against the same in f32; nil where
  /// all are equal.
  package let psnr: Double?
  /// The largest difference of a value from that in f32, in steps of 1/255.
  package let steps: Double
  /// Values of the networks' results that were no finite numbers, and were computed again in f32.
  package let nonFinite: Int

  package init(
    _ mode: HalfMode, on device: String, pictures: Int, psnr: Double?, steps: Double,
    nonFinite: Int
  ) {
    (self.mode, self.device, self.pictures) = (mode, device, pictures)
    (self.psnr, self.steps, self.nonFinite) = (psnr, steps, nonFinite)
  }

  /// Whether nobody sees a difference on any of the pictures.
  package var isHarmless: Bool {
    (psnr ?? .infinity) >= Self.leastPSNR && steps <= Self.mostSteps && nonFinite == 0
  }
}
