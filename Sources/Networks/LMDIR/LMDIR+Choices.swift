extension LMDIR {
  /// What shapes do not tell: the heads of the prompt encoder, and the readings of equations that
  /// have no parameters.
  package func choosing(_ choice: Hyperparameter) -> Self? {
    var network = self
    switch (choice.name, choice.value) {
    case ("prompt_heads", .integer(let heads))
    where heads > 0 && configuration.textWidth.isMultiple(of: heads):
      network.configuration.promptHeads = heads
    case ("content_residual", .flag(let isResidual)):
      network.configuration.reading.contentIsResidual = isResidual
    case ("content_scale", .number(let scale)) where scale.isFinite:
      network.configuration.reading.contentScale = Float(scale)
    case ("lra_softmax", .text(let name)):
      guard let axis = Reading.SoftmaxAxis(rawValue: name) else { return nil }
      network.configuration.reading.localSoftmax = axis
    case ("scale_plus_one", .flag(let isAroundOne)):
      network.configuration.reading.scalesAroundOne = isAroundOne
    default: return nil
    }
    return network
  }
}
