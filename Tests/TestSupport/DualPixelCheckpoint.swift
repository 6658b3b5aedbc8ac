import Checkpoints
import Conformance
import Networks
import Paths

/// A small random guided network for both views of a dual-pixel camera.
package enum DualPixelCheckpoint {
  package static func write(to path: Path) throws {
    var restormer = Restormer.Configuration()
    (restormer.inputChannels, restormer.isDualPixel) = (6, true)
    (restormer.backbone.dim, restormer.backbone.blocks) = (8, [1, 1, 1, 1])
    restormer.refinementBlocks = 1
    var guided = Guided<Restormer>.Configuration(Restormer(restormer))
    (guided.encoderBlocks, guided.fusionBlocks) = ([1, 1, 1, 1], [1, 1, 1, 1])
    let manifest = try Guided(guided).manifest
    let weights = SeededWeights(manifest, seed: "views")
    try Safetensors.write(
      try manifest.entries.map { ($0.path, try weights.tensor($0.path)) }, to: path)
  }
}
