/// What AutoDIR does about pictures, besides its sampler.
///
/// Y. Jiang, Z. Zhang, T. Xue, J. Gu, "AutoDIR: Automatic All-in-One Image Restoration with Latent
/// Diffusion", ECCV 2024, arXiv 2310.10123.
public struct AutoDIR: Hashable, Sendable {
  /// What it can remove.
  public enum Degradation: String, CaseIterable, Hashable, Sendable {
    case noise, blur, rain, underexposure, haze, lowResolution, raindrop
  }

  /// How much of the structure correction is added to what the diffusion made.
  public enum StructureWeight: Hashable, Sendable {
    /// The paper's: 1, and 0.1 after low resolution.
    case paper
    /// The official code's: 1, and 0 after low resolution.
    case code
    /// The same after everything, -10...10.
    case fixed(Double)
  }

  /// What is removed, in this order; nil: whatever is found, the worst first, until nothing is.
  ///
  /// ``Guidance/Texts/prompt`` stands for one turn that follows a text instead; both together are
  /// refused.
  public var degradations: [Degradation]?
  /// Of finding and removing, at most so many turns, 1...7.
  public var mostRounds = 7
  /// How much of the structure correction is added.
  public var structureWeight = StructureWeight.paper
  /// Weight of the text against none, 0...100; 1 for no guidance.
  public var textGuidance = 1.0
  /// Weight of the picture against none, 0...100; 1 for no guidance.
  public var imageGuidance = 1.0
  /// Pixels that the shorter side of pictures is enlarged to where it has fewer, 64...4096; nil for
  /// none.
  public var leastSide: Int?
  /// Whether results are cut to the next lower 255th, as the official code does, not rounded.
  public var truncates = false

  /// Whatever is found.
  public init() {}
}
