import IR
import Tensors

/// Random parameters for a graph: a tensor depends on the seed's name, its path and its shape.
package struct SeededWeights: WeightSource {
  private let tensors: [String: HostTensor]

  private init(tensors: [String: HostTensor]) { self.tensors = tensors }

  /// - Parameter values: distributions by path, where ``Values/parameter(_:)`` does not fit.
  package init(_ manifest: Manifest, seed: String, values: [String: Values] = [:]) {
    var tensors: [String: HostTensor] = [:]
    for entry in manifest.entries {
      tensors[entry.path] = SeededStream(named: "\(seed)/\(entry.path)").tensor(
        entry.shape, values[entry.path] ?? .parameter(entry.shape))
    }
    self.init(tensors: tensors)
  }

  /// The same parameters with every element rounded to `dtype`.
  package func rounded(to dtype: DType) -> SeededWeights {
    SeededWeights(tensors: tensors.mapValues { $0.rounded(to: dtype) })
  }

  package func tensor(_ path: String) throws -> HostTensor {
    guard let tensor = tensors[path] else { throw UnknownParameter(path: path) }
    return tensor
  }
}

/// A parameter that the graph's manifest does not name.
package struct UnknownParameter: Error, Hashable {
  package let path: String
}
