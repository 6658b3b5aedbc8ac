import Execution
import Networks
import Pictures
import Tensors

extension LMDIRSystem {
  /// Of as many turns as options say; those that files or commands ask for are not known yet. The
  /// restorer, the text tower and what paints lie beside each other on the device.
  package func need(_ count: Int, width: Int, height: Int) throws(LimpidError) -> Need {
    let restoring = try restorer.need(count, width: width, height: height)
    let turns = max(options.texts[.degradation].count, 1)
    let paints = options.referenceImage == nil && model.has(.textToImage)
    do {
      let painting = paints ? try openPainter().need() : .none
      // What is wrong differs from turn to turn, what the picture shows does not.
      let text = try texts.need().times((turns + 1) * count)
      return .beside([restoring.times(turns), painting.times(turns * count), text])
    } catch {
      throw LimpidError(error)
    }
  }

  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    try restorer.tiles(width: width, height: height)
  }

  /// Of the restorer alone.
  package func speed() throws(LimpidError) -> Double {
    try measuredSpeed(flops: { try self.restorer.need(width: $0.width, height: $0.height).flops }) {
      let texts = HostTensor(self.texts.shape) { $0.update(repeating: 0) }
      let source = TileSource(
        $0, seed: 0, maps: ["reference_image": $0],
        operands: ["degradation_embeds": texts, "content_embeds": texts])
      _ = try self.restorer.restore([source]) { _ in }
    }
  }
}
