import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// A network that takes from a guidance image what matches, evaluated once for a tile: every tile
/// sees the whole guidance image. One for a single channel sees the three colours one by one, one
/// for six both views of a dual-pixel camera: the left one's channels, then the right one's.
package struct GuidedPass: TileMethod {
  private let network: any GuidedNetwork
  /// Of the guidance image, in pixels; nil: of the tile.
  private let guidance: TileSize?

  package static func serves(_ architecture: any Architecture) -> Bool {
    architecture is any GuidedNetwork
      && [[1, 1], [3, 3], [6, 3]].contains([
        architecture.inputChannels, architecture.outputChannels,
      ])
  }

  /// What the right view is among the maps of a ``TileSource``.
  static let rightView = "right_view"

  /// Whether a network sees two views of what it restores.
  static func seesTwoViews(_ architecture: any Architecture) -> Bool {
    architecture.inputChannels == 6
  }

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] { [] }
  package static func settings(_ options: SystemOptions) -> [Setting] { [] }

  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    try self.init(model, guidance: nil)
  }

  init(_ model: Model, guidance: TileSize?) throws(LimpidError) {
    guard let network = model.architecture as? any GuidedNetwork else {
      throw LimpidError(.badData, "\(model.name): not a network with a guidance image")
    }
    (self.network, self.guidance) = (network, guidance)
  }

  package var steps: Int { 1 }
  package var drawsNoise: Bool { false }

  package func graph(batch: Int, height: Int, width: Int) throws(Fault) -> Graph {
    let (columns, rows) = guidance ?? (width, height)
    let views = Self.seesTwoViews(network) ? 2 : 1
    return try network.graph([
      "image": divided([batch, views * 3, height, width]),
      "reference_image": divided([batch, 3, rows, columns]),
    ])
  }

  package func restore(
    _ tiles: TileBatch, with plan: any Plan, reporting report: (Double) throws -> Void
  ) throws -> HostTensor {
    var guides = tiles.guides
    let right = guides.removeValue(forKey: Self.rightView)
    let images = right.map { tiles.images.joined(with: $0) } ?? tiles.images
    let apart = TileBatch(
      images: images.reshaped(divided(images.shape)), places: tiles.places,
      guides: guides.mapValues { $0.reshaped(divided($0.shape)) })
    return try apart.evaluated(by: plan, reporting: report).reshaped(tiles.shape)
  }

  /// What pictures (N, C, H, W) are to a network for one channel: C times as many.
  private func divided(_ shape: Shape) -> Shape {
    network.inputChannels == 1 ? [shape[0] * shape[1], 1, shape[2], shape[3]] : shape
  }
}

extension HostTensor {
  /// Pictures (N, C, H, W) with the channels of others behind their own.
  fileprivate func joined(with others: HostTensor) -> HostTensor {
    let parts = (0..<shape[0]).flatMap { [outermost($0), others.outermost($0)] }
    return HostTensor.stacking(parts)
      .reshaped([shape[0], shape[1] + others.shape[1], shape[2], shape[3]])
  }
}
