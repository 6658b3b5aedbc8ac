/// What MRIR makes of a picture besides following its prompt.
///
/// "MRIR: Integrating Multimodal Insights for Diffusion-based Realistic Image Restoration", 2024,
/// arXiv 2407.03635.
public struct MRIR: Hashable, Sendable {
  /// What sampling begins with.
  public enum Start: String, CaseIterable, Hashable, Sendable {
    /// The picture under noise.
    case image
    /// Noise alone.
    case noise
  }

  /// How colours are brought back to the picture's.
  public enum ColourFix: String, CaseIterable, Hashable, Sendable {
    case none
    /// Every channel gets the picture's mean and deviation.
    case adain
    /// What is coarse comes from the picture, what is fine stays.
    case wavelet
  }

  /// Sides of the result in sides of the picture, 1...8; AutoDIR's too.
  public var upscale = 1
  /// Follows every picture's prompt.
  public var qualityPrompt = ""
  /// What the result shall not be like.
  public var negativePrompt = "dotted, noise, blur, lowres, smooth"
  /// Weight of the picture's pixels, 0...10, which a ControlNet tells.
  public var controlScale = 1.0
  /// Whether what CLIP sees in the picture is told.
  public var seesImage = true
  /// What sampling begins with.
  public var start = Start.image
  /// Pixels that the shorter side has while a picture is processed, at least, 0...4096.
  public var processSide = 512
  /// How colours are brought back to the picture's; AutoDIR's to those before each turn.
  public var colourFix = ColourFix.none

  /// As the model's paper has it.
  public init() {}
}
