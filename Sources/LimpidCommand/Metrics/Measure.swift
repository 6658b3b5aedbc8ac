import Quality

/// One number that is told of an image.
struct Measure: Sendable {
  let name: String
  /// Behind the point, for people.
  let digits: Int
  let value: @Sendable (QualityReport) -> Double?

  /// Its name for programs.
  var key: String { name.lowercased() }

  /// What needs no weights.
  static let usual = [
    Measure(name: "PSNR", digits: 3) { $0.psnr }, Measure(name: "SSIM", digits: 4) { $0.ssim },
    Measure(name: "NIQE", digits: 3) { $0.niqe },
  ]
  static let lpips = Measure(name: "LPIPS", digits: 4) { $0.lpips }
}
