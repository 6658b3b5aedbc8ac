import Execution
import Generation
import IR
import Models
import Networks
import Tensors

/// A network whose plan is ready on a device, to be run in rounds. Of an autoencoder, the decoder.
package final class NetworkContestant {
  let plan: any Plan
  let noise: [String: HostTensor]
  let flops: Int
  let batch: Int

  /// - Parameters:
  ///   - height: of the images in pixels, or of latents.
  ///   - width: likewise.
  package init(
    _ network: any Network, _ weights: any WeightSource, on engine: Engine, batch: Int = 1,
    height: Int, width: Int, seed: Int
  ) throws {
    let graph = try network.timedGraph(batch: batch, height: height, width: width)
    noise = SeededNoise(seed: seed).operands(for: graph)
    plan = try engine.plan(graph, weights: weights)
    flops = graph.flops
    self.batch = batch
  }

  /// Of a whole run: operands from the host to the device, all kernels, results to the host.
  func seconds() throws -> Double {
    try ContinuousClock().measure { _ = try plan.run(noise) } / .seconds(1)
  }
}
