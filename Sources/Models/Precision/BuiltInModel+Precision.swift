extension BuiltInModel {
  /// What `limpid precision` said of it; see Benchmarks/results/precision.md.
  var precision: PrecisionVerdict? { nil }
}
