import Tensors

/// The source for graphs without parameters, and for those whose parameters are not asked for.
package struct NoWeights: WeightSource {
  package struct Missing: Error, CustomStringConvertible {
    let path: String

    package var description: String { "there is no parameter '\(path)'" }
  }

  package init() {}

  package func tensor(_ path: String) throws -> HostTensor { throw Missing(path: path) }
}
