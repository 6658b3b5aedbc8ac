import Pictures
import Tensors

extension TextualDegRemovalSystem {
  /// With a guidance image as it is painted, or as large as the picture where it is given.
  package func need(width: Int, height: Int) throws(LimpidError) -> RestorationNeed {
    let paints = options.guides.referenceImage == nil && Self.canPaint(model)
    do {
      let painting = paints ? try openPainter().need() : nil
      let side = painting?.side
      let restoring = try tiled(guidance: side.map { ($0, $0) })
        .need(width: width, height: height)
      // One gives way to the other.
      return RestorationNeed(
        tile: restoring.tile, tiles: restoring.tiles,
        bytes: max(restoring.bytes, painting?.bytes ?? 0),
        flops: restoring.flops + (painting?.flops ?? 0))
    } catch {
      throw LimpidError(error)
    }
  }

  /// Of the restorer alone.
  package func speed() throws(LimpidError) -> Double {
    let restorer = try tiled(guidance: nil)
    return try measuredSpeed(
      flops: { try restorer.need(width: $0.width, height: $0.height).flops }
    ) {
      let guidance = HostTensor([1, 3, $0.height, $0.width], $0.planes)
      let source = TileSource($0, seed: 0, operands: ["reference_image": guidance])
      _ = try restorer.restore([source]) { _ in }
    }
  }
}
