import Images

/// How good an image is, as far as that can be said.
package struct QualityReport: Sendable {
  /// In decibels; nil without a reference.
  package var psnr: Double?
  /// nil without a reference.
  package var ssim: Double?
  /// nil of an image that is too small or shows nothing.
  package var niqe: Double?
  /// See `PerceptualDistance`; nil where nobody asked.
  package var lpips: Double?

  package init(
    psnr: Double? = nil, ssim: Double? = nil, niqe: Double? = nil, lpips: Double? = nil
  ) {
    (self.psnr, self.ssim, self.niqe, self.lpips) = (psnr, ssim, niqe, lpips)
  }

  /// - Parameter reference: what the image should be, in its size.
  package init(_ image: Image, against reference: Image?, _ options: QualityOptions) {
    psnr = reference.flatMap { Quality.psnr(image, $0, options) }
    ssim = reference.flatMap { Quality.ssim(image, $0, options) }
    niqe = Quality.niqe(image, border: options.border)
  }

  /// The means of what is known; nil of what is not known of any.
  package init(meanOf reports: [QualityReport]) {
    func mean(_ value: (QualityReport) -> Double?) -> Double? {
      let known = reports.compactMap(value)
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    self.init(
      psnr: mean(\.psnr), ssim: mean(\.ssim), niqe: mean(\.niqe), lpips: mean(\.lpips))
  }
}
