import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// A network that takes from a guidance image what matches, evaluated once for a tile: every tile
/// sees the whole guidance image.
package struct GuidedPass: TileMethod {
  private let network: any GuidedNetwork
  /// Of the guidance image, in pixels; nil: of the tile.
  private let guidance: TileSize?

  package static func serves(_ network: any Network) -> Bool {
    network is any GuidedNetwork && network.inputChannels == 3 && network.outputChannels == 3
  }

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] { [] }
  package static func settings(_ options: SystemOptions) -> [Setting] { [] }

  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    try self.init(model, guidance: nil)
  }

  init(_ model: Model, guidance: TileSize?) throws(LimpidError) {
    guard let network = model.network as? any GuidedNetwork else {
      throw LimpidError(.badData, "\(model.name): not a network with a guidance image")
    }
    (self.network, self.guidance) = (network, guidance)
  }

  package var steps: Int { 1 }
  package var drawsNoise: Bool { false }

  package func graph(batch: Int, height: Int, width: Int) throws(Fault) -> Graph {
    let (columns, rows) = guidance ?? (width, height)
    return try network.graph([
      "image": [batch, network.inputChannels, height, width],
      "reference_image": [batch, network.outputChannels, rows, columns],
    ])
  }

  package func restore(
    _ tiles: TileBatch, with plan: any Plan, reporting report: (Double) throws -> Void
  ) throws -> HostTensor {
    try tiles.evaluated(by: plan, reporting: report)
  }
}
