import Tensors

/// Where plans read their parameters from. Each is asked for once, while a plan is prepared.
package protocol WeightSource: Sendable {
  /// The parameter at `path`; unpacked where it is quantised.
  func tensor(_ path: String) throws -> HostTensor

  /// How the blocks of a parameter lie that is a quantised matrix; nil for others.
  func format(_ path: String) -> BlockFormat?

  /// Rows of a parameter that has a ``format(_:)``, as they lie. Those of one may be asked for at
  /// several times, from several threads.
  func blocks(_ path: String, rows: Range<Int>) throws -> BlockTensor
}

extension WeightSource {
  package func format(_ path: String) -> BlockFormat? { nil }

  package func blocks(_ path: String, rows: Range<Int>) throws -> BlockTensor {
    throw OperandError(description: "parameter '\(path)' is not quantised")
  }

  /// The parameter at `path`, which must have this shape.
  /// - Throws: ``OperandError`` when it has another, and whatever the source throws.
  package func tensor(_ path: String, shape: Shape) throws -> HostTensor {
    let tensor = try tensor(path)
    try Self.check(tensor.shape, of: path, against: shape)
    return tensor
  }

  /// Rows of the quantised parameter at `path`, which must have this shape.
  package func blocks(_ path: String, rows: Range<Int>, of shape: Shape) throws -> BlockTensor {
    let blocks = try blocks(path, rows: rows)
    try Self.check(blocks.shape, of: path, against: shape.replacing(0, with: rows.count))
    return blocks
  }

  private static func check(
    _ found: Shape, of path: String, against shape: Shape
  ) throws(OperandError) {
    guard found == shape else {
      throw OperandError(
        description: "parameter '\(path)' has shape \(found), the network takes \(shape)")
    }
  }
}
