import Tensors

extension WeightSource {
  /// The parameter at `path`, which must have this shape.
  /// - Throws: ``OperandError`` when it has another, and whatever the source throws.
  package func tensor(_ path: String, shape: Shape) throws -> HostTensor {
    let tensor = try tensor(path)
    guard tensor.shape == shape else {
      throw OperandError(
        description: "parameter '\(path)' has shape \(tensor.shape), the network takes \(shape)")
    }
    return tensor
  }
}
