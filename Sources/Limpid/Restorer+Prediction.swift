extension Restorer {
  /// Floating-point operations per second, measured on a small picture.
  package func speed() throws(LimpidError) -> Double {
    let side = 128
    let values = (0..<3 * side * side).map { Float($0 * 7919 % 1009) / 1009 }
    let picture = Picture(width: side, height: side, planes: values)
    // The first run also compiles.
    _ = try restore(picture)
    let start = ContinuousClock.now
    _ = try restore(picture)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return try need(width: side, height: side).flops / max(seconds, 1e-6)
  }
}
