import Execution
import Pictures
import Tensors

extension TextualDegRemovalSystem {
  /// With a guidance image as it is painted, or as large as the picture where it is given. What
  /// paints and what restores lie beside each other on the device if they fit.
  package func need(_ count: Int, width: Int, height: Int) throws(LimpidError) -> Need {
    let restoring = try predicted().need(count, width: width, height: height)
    guard paints else { return restoring }
    do {
      let painter = try openPainter()
      let needs = [restoring, try painter.need().times(count)]
      let together = Need.beside(needs)
      let fit = painter.holdsParts && engine.memoryForPlans.map { together.bytes <= $0 } ?? true
      return fit ? together : .inTurn(needs)
    } catch {
      throw LimpidError(error)
    }
  }

  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    try predicted().tiles(width: width, height: height)
  }

  /// The restorer for guidance images that are painted, or as large as the tiles.
  private func predicted() throws(LimpidError) -> TiledSystem<GuidedPass> {
    guard paints else { return try tiled(guidance: nil) }
    let side = try openPainter().side
    return try tiled(guidance: (side, side))
  }

  private var paints: Bool { options.referenceImage == nil && Self.canPaint(model) }

  /// Of the restorer alone.
  package func speed() throws(LimpidError) -> Double {
    let restorer = try tiled(guidance: nil)
    return try measuredSpeed(
      flops: { try restorer.need(width: $0.width, height: $0.height).flops }
    ) {
      let guidance = HostTensor([1, 3, $0.height, $0.width], $0.planes)
      let views = GuidedPass.seesTwoViews(model.architecture) ? [GuidedPass.rightView: $0] : [:]
      let source = TileSource($0, seed: 0, maps: views, operands: ["reference_image": guidance])
      _ = try restorer.restore([source]) { _ in }
    }
  }
}
