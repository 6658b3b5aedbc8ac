import IR

// What networks share that are told how much noise there is.

extension Hyperparameter {
  /// The number of a choice `noise_level` from 0 to 255.
  var noiseLevel: Double? {
    guard name == "noise_level", let level = value.number, 0...255 ~= level else { return nil }
    return level
  }
}

extension Tensor {
  /// A plane of the same number everywhere, as large as this map.
  func plane(of number: Float) -> Tensor {
    sliced(axis: 1, from: 0, count: 1).apply(.unary(.affine(scale: 0, offset: number)))
  }
}
