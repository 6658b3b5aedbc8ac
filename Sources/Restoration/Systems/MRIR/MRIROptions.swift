import Pictures

/// How MRIR goes about a picture, besides its sampler and the picture's own text.
package struct MRIROptions: Codable, Hashable, Sendable {
  /// What the sampler begins with.
  package enum Start: String, CaseIterable, Codable, Sendable {
    /// The degraded picture's latent with the noise of the last training step (SeeSR's LRE, "latent
    /// representation embedding").
    case image
    case noise
  }

  /// Sides of the result in sides of the picture.
  package var upscale = 1
  /// Follows the picture's own text.
  package var qualityPrompt = ""
  /// What the result shall not be like; SeeSR's.
  package var negativePrompt = "dotted, noise, blur, lowres, smooth"
  /// Of the ControlNet's residuals.
  package var controlScale = 1.0
  package var start = Start.image
  package var colourFix = ColourFix.none
  /// Whether CLIP's view of the picture is told; zeros otherwise.
  package var seesImage = true

  package init() {}
}
