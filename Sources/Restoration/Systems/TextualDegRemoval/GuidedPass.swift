import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// A network that takes from a guidance image what matches, evaluated once for a tile: every tile
/// sees the whole guidance image. One for a single channel sees the three colours one by one.
package struct GuidedPass: TileMethod {
  private let network: any GuidedNetwork
  /// Of the guidance image, in pixels; nil: of the tile.
  private let guidance: TileSize?

  package static func serves(_ architecture: any Architecture) -> Bool {
    architecture is any GuidedNetwork && architecture.inputChannels == architecture.outputChannels
      && [1, 3].contains(architecture.inputChannels)
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
    return try network.graph([
      "image": divided([batch, 3, height, width]),
      "reference_image": divided([batch, 3, rows, columns]),
    ])
  }

  package func restore(
    _ tiles: TileBatch, with plan: any Plan, reporting report: (Double) throws -> Void
  ) throws -> HostTensor {
    let apart = TileBatch(
      images: tiles.images.reshaped(divided(tiles.shape)), places: tiles.places,
      guides: tiles.guides.mapValues { $0.reshaped(divided($0.shape)) })
    return try apart.evaluated(by: plan, reporting: report).reshaped(tiles.shape)
  }

  /// What pictures (N, 3, H, W) are to the network: of one channel, three times as many.
  private func divided(_ shape: Shape) -> Shape {
    let channels = network.inputChannels
    return [shape[0] * 3 / channels, channels, shape[2], shape[3]]
  }
}
