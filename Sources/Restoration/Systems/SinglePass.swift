import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// A network from a degraded picture, and what guides it, to a restored one, evaluated once.
package struct SinglePass: TileMethod {
  private let network: any Network

  package static func serves(_ architecture: any Architecture) -> Bool {
    architecture is any ImageNetwork && architecture.inputChannels == 3
      && architecture.outputChannels == 3
  }

  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    try Self.checkScale(options, of: model)
    network = try model.network
  }

  package var steps: Int { 1 }
  package var drawsNoise: Bool { false }

  package func graph(batch: Int, height: Int, width: Int) throws(Fault) -> Graph {
    try network.graph(batch: batch, height: height, width: width)
  }

  package func restore(
    _ tiles: TileBatch, with plan: any Plan, reporting report: (Double) throws -> Void
  ) throws -> HostTensor {
    try tiles.evaluated(by: plan, reporting: report)
  }
}
