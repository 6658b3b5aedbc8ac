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
  let batching: BatchChoice
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
    _ model: Model, on engine: Engine, tiling: TileChoice = .auto, overlap: Int = 32,
    batching: BatchChoice = .auto
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
    self.batching = batching
  }

  /// Restores a picture.
  /// - Throws: ``LimpidError`` when the device fails or its memory does not suffice.
  public func restore(_ picture: Picture) throws(LimpidError) -> Picture {
    try restore([picture], reporting: { _ in })[0].get().picture
  }

  /// A restored picture and how it was made.
  package struct Restoration: Sendable {
    package let picture: Picture
    /// Largest tile; nil when the picture was restored whole.
    package let tile: (width: Int, height: Int)?
    package let warnings: [String]
  }

  /// Restores pictures of one size together; what becomes of each is the same as alone.
  ///
  /// When the device's memory does not suffice, plans that are not needed go first, then batches
  /// shrink, then tiles, and everything begins anew.
  /// - Parameter progress: told the share that is done after each run; what it throws ends the
  ///   work.
  /// - Returns: a result per picture: one that fails its check fails alone.
  package func restore(
    _ pictures: [Picture], reporting progress: (Double) throws -> Void
  ) throws(LimpidError) -> [Result<Restoration, LimpidError>] {
    guard let first = pictures.first else { return [] }
    precondition(
      pictures.allSatisfy { $0.width == first.width && $0.height == first.height },
      "pictures of a batch have one size")
    do {
      var rung = try Rung(self, first)
      while true {
        do {
          let restored = try restore(pictures, rung: rung, reporting: progress)
          return zip(pictures, restored).map(Self.checked)
        } catch let error as OpenCLError where error.isExhaustion {
          plans.withLock { $0.clear() }
          try rung.descend(self, first, after: error)
        }
      }
    } catch {
      throw LimpidError(error)
    }
  }

  private func restore(
    _ pictures: [Picture], rung: Rung, reporting progress: (Double) throws -> Void
  ) throws -> [Restoration] {
    let (width, height) = (pictures[0].width, pictures[0].height)
    let layout = Tiling(
      width: width, height: height, tile: rung.tile, overlap: overlap,
      multiple: model.network.sizeMultiple)
    let isGlobal = model.network.hasGlobalOperators
    let sources = pictures.map { TileCanvas(3, width, height, $0.planes) }
    let blank = [Float](repeating: 0, count: pictures[0].planes.count)
    var targets = pictures.map { _ in TileCanvas(3, width, height, blank) }
    let runs = Self.runs(layout, of: pictures.count, batch: rung.batch)
    for (index, run) in runs.enumerated() {
      let results = try self.run(TileCanvas.cut(run.map { (sources[$0.picture], $0.tile) }))
      for (place, part) in run.enumerated() {
        targets[part.picture].lay(
          results, at: place, of: part.tile, ramp: isGlobal ? layout.ramp : (0, 0))
      }
      try progress(Double(index + 1) / Double(runs.count))
    }
    let isTiled = layout.tiles.count > 1
    return targets.map {
      Restoration(
        picture: Picture(width: width, height: height, planes: $0.planes),
        tile: isTiled ? rung.tile : nil, warnings: isTiled && isGlobal ? [tilingWarning] : [])
    }
  }

  private typealias Part = (picture: Int, tile: Tiling.Tile)

  /// The tiles of all pictures in batches of one size; sizes one after the other, so that each
  /// plan is made once. Batches are powers of two, so that there are few plans.
  private static func runs(_ layout: Tiling, of pictures: Int, batch: Int) -> [[Part]] {
    let order = layout.tiles.sorted { ($0.height, $0.width) > ($1.height, $1.width) }
    var rest = order.flatMap { tile in (0..<pictures).map { Part($0, tile) } }[...]
    var runs: [[Part]] = []
    while let first = rest.first {
      let alike = rest.prefix(batch).prefix {
        $0.tile.width == first.tile.width && $0.tile.height == first.tile.height
      }
      var count = batch
      while count > alike.count { count /= 2 }
      runs.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return runs
  }

  private var tilingWarning: String {
    "\(model.recognition.descriptor.architecture) looks at the whole image at once; "
      + "tiles give a slightly different result"
  }

  /// Refuses what only a failing device gives: values that are no numbers, or one and the same
  /// value everywhere.
  private static func checked(
    _ picture: Picture, _ restored: Restoration
  ) -> Result<Restoration, LimpidError> {
    guard let extent = extent(of: restored.picture.planes) else {
      return .failure(LimpidError(.failed, "the result holds values that are no numbers"))
    }
    if extent == 0, let source = Self.extent(of: picture.planes), source > 0 {
      return .failure(LimpidError(.failed, "the result is of one colour, the image is not"))
    }
    return .success(restored)
  }

  /// The distance between the lowest and the highest value; nil when one is no finite number.
  private static func extent(of values: [Float]) -> Float? {
    var (lowest, highest, sum) = (Float.infinity, -Float.infinity, Float(0))
    for value in values {
      lowest = min(lowest, value)
      highest = max(highest, value)
      // 0 for numbers, NaN for everything else.
      sum += value * 0
    }
    return sum == 0 ? highest - lowest : nil
  }

  /// The network's results for a batch of NCHW images.
  private func run(_ images: HostTensor) throws -> HostTensor {
    let (batch, height, width) = (images.shape[0], images.shape[2], images.shape[3])
    return try plans.withLock { plans in
      let plan = try plans.plan(
        PlanCache.Key(batch: batch, width: width, height: height),
        bytes: { try estimate(batch: batch, width: width, height: height).total },
        within: engine.memoryForPlans
      ) {
        let graph = try model.network.graph(batch: batch, height: height, width: width)
        return try engine.plan(graph, weights: model.weights)
      }
      guard let output = try plan.run(["image": images])["output"] else {
        throw LimpidError(.failed, "the network has no output named 'output'")
      }
      return output
    }
  }
}
