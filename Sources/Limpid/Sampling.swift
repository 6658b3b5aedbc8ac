/// How noise becomes a picture, in models that sample.
public struct Sampling: Hashable, Sendable {
  /// Steps of the sampler, 1...1000; nil: as the model's paper has it.
  public var steps: Int?
  /// Weight of a text against none, 0...100; nil: as the model's paper has it.
  public var guidanceScale: Double?
  /// 0 for the deterministic sampler, up to 1 for the most noise.
  public var eta = 0.0
  /// Whose random numbers the noise has.
  public var random = RandomStream.philox
  /// Where random numbers begin; a file's as ``seedMode`` says.
  public var seed: UInt64 = 42
  /// Where random numbers of files begin.
  public var seedMode = SeedMode.path
  /// Overlapping patches over which noise is estimated and averaged in every step, as
  /// WeatherDiffusion does; nil for the whole picture at once.
  public var patches: Patches?

  /// Where random numbers of files begin.
  public enum SeedMode: String, CaseIterable, Hashable, Sendable {
    /// By the seed and a file's name: they do not depend on what else is restored.
    case path
    /// At the seed itself.
    case fixed
  }

  /// Overlapping square patches.
  public struct Patches: Hashable, Sendable {
    /// 16...4096 pixels; smaller where the picture is.
    public var side: Int
    /// Between the beginnings of patches, in pixels, 1...`side`.
    public var stride: Int

    /// - Parameters:
    ///   - side: of the patches, in pixels.
    ///   - stride: a quarter of the side when left out.
    public init(side: Int, stride: Int? = nil) {
      (self.side, self.stride) = (side, stride ?? max(side / 4, 1))
    }
  }

  /// As models' papers have it.
  public init() {}
}

/// Whose random numbers noise has.
public enum RandomStream: String, CaseIterable, Hashable, Sendable {
  /// Those of `torch.randn` on the CPU.
  case cpu
  /// Those of `torch.randn` on a CUDA device.
  case cuda
  /// This package's own.
  case philox
}
