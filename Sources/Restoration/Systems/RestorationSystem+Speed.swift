import Pictures

extension RestorationSystem {
  package func speed() throws(LimpidError) -> Double {
    try measuredSpeed(flops: { try self.need(width: $0.width, height: $0.height).flops }) {
      _ = try self.restore([Subject($0, seed: Restorer.defaultSeed)]) { _ in }
    }
  }

  /// Operations per second of `restore` on a small picture.
  /// - Parameter flops: the operations that the picture takes.
  func measuredSpeed(
    flops: (Picture) throws -> Double, restoring restore: (Picture) throws -> Void
  ) throws(LimpidError) -> Double {
    let side = 128
    let values = (0..<3 * side * side).map { Float($0 * 7919 % 1009) / 1009 }
    let picture = Picture(width: side, height: side, planes: values)
    do {
      // The first run also compiles.
      try restore(picture)
      let start = ContinuousClock.now
      try restore(picture)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      return try flops(picture) / max(seconds, 1e-6)
    } catch {
      throw LimpidError(error)
    }
  }
}
