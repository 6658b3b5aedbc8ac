import IR
import Networks
import OpenCL
import Synchronization
import Tensors

/// Restores pictures with one network on one device.
///
/// A restorer compiles its network for each size that it meets and keeps the last ones. It may be
/// used from several threads, which take turns.
public final class Restorer: Sendable {
  package let model: Model
  package let engine: Engine
  let tiling: TileChoice
  /// Context on each side of what a tile contributes, in pixels.
  let overlap: Int
  private let plans = Mutex(PlanCache())

  /// - Parameters:
  ///   - model: path of a `.safetensors` checkpoint; nil takes the built-in denoiser.
  ///   - halvesStorage: whether values are stored as 16-bit floats on the device.
  ///   - overlap: context around tiles, in pixels.
  /// - Throws: ``LimpidError`` when the model is not usable or the device is not there.
  public convenience init(
    model: String? = nil, device: DeviceChoice = .auto, halvesStorage: Bool = false,
    tiling: TileChoice = .auto, overlap: Int = 32
  ) throws(LimpidError) {
    let model = try Model(model)
    let engine = try Engine(device, precision: halvesStorage ? .f16 : .f32)
    try self.init(model, on: engine, tiling: tiling, overlap: overlap)
  }

  package init(
    _ model: Model, on engine: Engine, tiling: TileChoice = .auto, overlap: Int = 32
  ) throws(LimpidError) {
    guard model.network.inputChannels == 3, model.network.outputChannels == 3 else {
      let network = model.recognition.descriptor
      throw LimpidError(
        .badData,
        "\(model.name): this \(network.architecture) takes \(network.inputChannels) "
          + "channels and gives \(network.outputChannels); pictures have 3")
    }
    self.model = model
    self.engine = engine
    self.tiling = tiling
    self.overlap = overlap
  }

  /// Restores a picture.
  /// - Throws: ``LimpidError`` when the device fails or its memory does not suffice.
  public func restore(_ picture: Picture) throws(LimpidError) -> Picture {
    try restore(picture, reporting: { _ in }).picture
  }

  /// A restored picture and how it was made.
  package struct Restoration: Sendable {
    package let picture: Picture
    /// Largest tile; nil when the picture was restored whole.
    package let tile: (width: Int, height: Int)?
    package let warnings: [String]
  }

  /// Restores a picture and tells `progress` the share that is done after each tile; what it
  /// throws ends the work.
  package func restore(
    _ picture: Picture, reporting progress: (Double) throws -> Void
  ) throws(LimpidError) -> Restoration {
    do {
      var tile = try firstTile(picture)
      while true {
        do {
          return try restore(picture, tile: tile, reporting: progress)
        } catch let error as OpenCLError where error.isExhaustion {
          plans.withLock { $0.clear() }
          tile = try smallerTile(than: tile, of: picture, after: error)
        }
      }
    } catch {
      throw LimpidError(error)
    }
  }

  private func restore(
    _ picture: Picture, tile: (width: Int, height: Int)?,
    reporting progress: (Double) throws -> Void
  ) throws -> Restoration {
    let layout = Tiling(
      width: picture.width, height: picture.height, tile: tile, overlap: overlap,
      multiple: model.network.sizeMultiple)
    let isGlobal = model.network.hasGlobalOperators
    let source = TileCanvas(3, picture.width, picture.height, picture.planes)
    var target = TileCanvas(
      3, picture.width, picture.height, [Float](repeating: 0, count: picture.planes.count))
    // Tiles of one size together, so that each plan is made once.
    let order = layout.tiles.sorted { ($0.height, $0.width) > ($1.height, $1.width) }
    for (index, tile) in order.enumerated() {
      let result = try run(source.cut(tile))
      target.lay(result, of: tile, ramp: isGlobal ? layout.ramp : (0, 0))
      try progress(Double(index + 1) / Double(order.count))
    }
    let isTiled = layout.tiles.count > 1
    return Restoration(
      picture: Picture(width: picture.width, height: picture.height, planes: target.planes),
      tile: isTiled ? tile : nil, warnings: isTiled && isGlobal ? [tilingWarning] : [])
  }

  private var tilingWarning: String {
    "\(model.recognition.descriptor.architecture) looks at the whole image at once; "
      + "tiles give a slightly different result"
  }

  /// The network's result for one NCHW image.
  private func run(_ image: HostTensor) throws -> HostTensor {
    let (height, width) = (image.shape[2], image.shape[3])
    return try plans.withLock { plans in
      let plan = try plans.plan(PlanCache.Key(width: width, height: height)) {
        let graph = try model.network.graph(height: height, width: width)
        return try engine.plan(graph, weights: model.weights)
      }
      guard let output = try plan.run(["image": image])["output"] else {
        throw LimpidError(.failed, "the network has no output named 'output'")
      }
      return output
    }
  }
}
