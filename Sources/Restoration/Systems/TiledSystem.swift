import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// Restores pictures by one ``TileMethod``: whole where the device's memory allows it, otherwise
/// in tiles whose seams are blended where the network looks at the whole image.
///
/// Plans are made for each size and the last ones kept. Several threads take turns.
package final class TiledSystem<Method: TileMethod>: RestorationSystem {
  let model: Model
  let engine: Engine
  let options: SystemOptions
  let method: Method
  let network: LoadedNetwork

  package static func serves(_ model: Model) -> Bool {
    model.system == .restorer && Method.serves(model.architecture)
  }
  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [all.tiling, all.overlap] + Method.accepted(all)
  }
  package static func settings(_ options: SystemOptions) -> [Setting] {
    Method.settings(options) + options.localSettings
  }
  package static func scale(_ options: SystemOptions, of model: Model) -> Int {
    options.scale ?? model.architecture.scale
  }

  package convenience init(
    _ model: Model, on engine: Engine, _ options: SystemOptions
  ) throws(LimpidError) {
    self.init(model, on: engine, options, method: try Method(model, on: engine, options))
  }

  init(
    _ model: Model, on engine: Engine, _ options: SystemOptions, method: Method
  ) {
    self.model = model
    self.engine = engine
    self.options = options
    self.method = method
    network = LoadedNetwork(model, on: engine, capacity: Self.planCount)
  }

  /// Portraits and landscapes, alone and in batches.
  private static var planCount: Int { 6 }

  /// Gives back the device's memory.
  func release() { network.release() }

  /// When the device's memory does not suffice, plans that are not needed go first, then batches
  /// shrink, then tiles, and everything begins anew.
  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    try restore(subjects.map { TileSource($0.picture, seed: $0.seed) }, reporting: report)
  }

  /// The same for pictures that are guided.
  package func restore(
    _ sources: [TileSource], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    guard let first = sources.first?.picture else { return [] }
    do {
      var work = try WorkSize(self, (first.width, first.height))
      while true {
        do {
          return try restore(sources, at: work, reporting: report)
        } catch  where error.meansExhaustion {
          engine.plans.clear()
          try work.shrink(self, (first.width, first.height), after: error)
        }
      }
    } catch {
      throw LimpidError(error)
    }
  }

  private func restore(
    _ sources: [TileSource], at work: WorkSize, reporting report: (RestorationEvent) throws -> Void
  ) throws -> [RestoredPicture] {
    let (width, height) = (sources[0].picture.width, sources[0].picture.height)
    let scale = model.architecture.scale
    try sources[0].picture.checkEnlargement(by: scale)
    let layout = layout((width, height), tile: work.tile)
    let ramp = model.architecture.hasGlobalOperators ? layout.scaled(by: scale).ramp : (0, 0)
    let blank = TileCanvas(blank: 3 + method.maps.count, width * scale, height * scale)
    var targets = sources.map { _ in blank }
    let runs = layout.runs(of: sources.count, batch: work.batch)
    for (index, run) in runs.enumerated() {
      let tiles = TileBatch(run.map { (sources[$0.picture], $0.tile) })
      let results = try restore(tiles, run: index, of: runs.count, reporting: report)
      for (place, part) in run.enumerated() {
        targets[part.picture].blend(
          results, at: place, of: part.tile.scaled(by: scale), ramp: ramp)
      }
    }
    let isTiled = layout.tiles.count > 1
    let wanted = Self.scale(options, of: model)
    return zip(sources, targets).map { source, target in
      RestoredPicture(
        picture: target.picture.resampled(width: width * wanted, height: height * wanted),
        tile: isTiled ? work.tile : nil, seed: method.drawsNoise ? source.seed : nil,
        warnings: isTiled ? tilingWarnings(work.tile) : [],
        kept: method.maps.enumerated().map { index, name in
          KeptPicture(name, target.grayPicture(ofChannel: 3 + index), isState: false)
        })
    }
  }

  /// What is lost by tiles of a size: where statistics are taken over windows that fit into them,
  /// nothing that was there.
  private func tilingWarnings(_ tile: TileSize?) -> [String] {
    guard model.architecture.hasGlobalOperators else { return [] }
    let local = model.architecture as? any LocallyConvertible
    if let tile, let window = local?.localStatistics?.windowSize,
      min(tile.width, tile.height) >= window
    {
      return []
    }
    let remedy = local == nil ? "" : "; the test-time local converter avoids that"
    return [
      "\(model.recognition.descriptor.architecture) looks at the whole image at once; "
        + "tiles give a slightly different result\(remedy)"
    ]
  }

  /// Restores one batch of tiles, and reports its share of all.
  private func restore(
    _ tiles: TileBatch, run: Int, of runs: Int, reporting report: (RestorationEvent) throws -> Void
  ) throws -> HostTensor {
    let (batch, height, width) = (tiles.shape[0], tiles.shape[2], tiles.shape[3])
    let count = method.steps
    let name = "tiles"
    let results = try network.rangedResults(
      key(batch: batch, (width, height)),
      graph: { try method.graph(batch: batch, height: height, width: width) }
    ) { plan in
      let restored = try method.restore(tiles, with: plan) { done in
        let share = (Double(run) + done / Double(count)) / Double(runs)
        guard done == done.rounded() else { return try report(.working(share: share)) }
        guard count > 1 else { return }
        try report(.step(stage: "sampling", number: Int(done), count: count, share: share))
      }
      return [name: restored]
    }
    try report(.tile(share: Double(run + 1) / Double(runs)))
    return results[name]!
  }
}

extension Tiling {
  typealias Part = (picture: Int, tile: Tile)

  /// The tiles of all pictures in batches of one size; sizes one after the other, so that each
  /// plan is made once. Batches are powers of two, so that there are few plans.
  func runs(of pictures: Int, batch: Int) -> [[Part]] {
    let order = tiles.sorted { ($0.height, $0.width) > ($1.height, $1.width) }
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
}

extension TileCanvas {
  /// The first three channels.
  fileprivate var picture: Picture {
    let values = 3 * width * height
    return Picture(
      width: width, height: height,
      planes: planes.count == values ? planes : Array(planes.prefix(values)))
  }

  fileprivate func grayPicture(ofChannel channel: Int) -> Picture {
    let plane = planes[channel * width * height..<(channel + 1) * width * height]
    return Picture(width: width, height: height, planes: Array([plane, plane, plane].joined()))
  }
}
