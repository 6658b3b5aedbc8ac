import Foundation

extension Restorer {
  /// What restores pictures, and how: everything that decides what becomes of them.
  ///
  /// A choice that a model does not have is refused by ``Restorer/init(_:)``, unless it is left as
  /// it is.
  public struct Configuration: Hashable, Sendable {
    /// A `.safetensors` checkpoint or a bundle; nil for the built-in denoiser, or for a built-in
    /// upscaler where ``scale`` is more than 1.
    public var model: URL?
    /// Whether tensors in the checkpoint that the network does not read are accepted.
    public var allowsUnusedTensors = false

    /// Where the model runs.
    public var device = DeviceSelector.auto
    /// How values are stored there.
    public var dtype = DType.f32
    /// Which algorithms it may use.
    public var math = MathMode.fast
    /// Bytes of device memory that are kept to, known before anything runs; a negative number
    /// leaves that many to others. nil: what the device has.
    public var memoryLimit: Int?
    /// How many tiles, or pictures of one size, run through the network together at most, 1...256;
    /// nil: as many as keep the device busy. It decides nothing but time and memory.
    public var batchSize: Int?

    /// Sides of results in sides of pictures, 1...16, for networks that enlarge: at most as many as
    /// the network makes of one, fewer by bicubic resampling; nil for as many as it makes.
    public var scale: Int?

    /// Whether pictures are restored whole.
    public var tiles = Tiles.auto
    /// Context on each side of what a tile contributes, 0...4096 pixels.
    public var tileOverlap = 32
    /// AutoDIR and MRIR: what the autoencoder sees.
    public var autoencoderTiles = Tiles.auto
    /// NAFNet, Restormer and PromptIR: statistics over windows; nil for those of the whole picture.
    public var localStatistics: LocalStatistics?
    /// Whether pictures are restored in their eight orientations and the mean is taken, in eight
    /// times the time.
    public var isEnsemble = false

    /// How models that sample do it.
    public var sampling = Sampling()
    /// What models are told and shown besides the pictures.
    public var guidance = Guidance()
    /// What AutoDIR does about pictures.
    public var autoDIR = AutoDIR()
    /// What MRIR makes of pictures.
    public var mrir = MRIR()
    /// Whether the picture after each turn is kept, by models that take several; see
    /// ``RestorationRound/picture``.
    public var keepsRounds = false

    /// The built-in denoiser on the first GPU, or else on the CPU.
    /// - Parameter model: a `.safetensors` checkpoint or a bundle; nil for the built-in denoiser.
    public init(model: URL? = nil) { self.model = model }
  }
}

/// Whether something is seen whole or in tiles.
public enum Tiles: Hashable, Sendable {
  /// Whole when the device's memory allows it, otherwise in the largest tiles that fit.
  case auto
  /// Whole, or not at all.
  case never
  /// In tiles of at most this size, each side 16...65536 pixels.
  case size(Size)
}

/// The test-time local converter (TLC): statistics that a network learned on crops are taken over
/// windows about as large as those crops instead of over the whole picture.
///
/// Chu, Chen, Chen, Lu: Improving Image Restoration by Revisiting Global Information Aggregation,
/// ECCV 2022, arXiv 2112.04491.
public struct LocalStatistics: Hashable, Sendable {
  /// Side of the training's crops, 8...65536 pixels.
  public var trainingSize: Int
  /// Side of the windows, 8...65536 pixels; nil for half as much again as the crops.
  public var windowSize: Int?

  /// Windows for a network that was trained on crops of so many pixels.
  public init(trainingSize: Int = 256, windowSize: Int? = nil) {
    (self.trainingSize, self.windowSize) = (trainingSize, windowSize)
  }
}
