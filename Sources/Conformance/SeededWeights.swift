import IR
import Tensors

/// Random parameters for a graph: a tensor depends on the seed's name, its path and its shape.
package struct SeededWeights: WeightSource {
  private let tensors: [String: HostTensor]
  private let matrices: [String: BlockTensor]

  private init(tensors: [String: HostTensor], matrices: [String: BlockTensor]) {
    (self.tensors, self.matrices) = (tensors, matrices)
  }

  /// - Parameters:
  ///   - values: distributions by path, where ``Values/parameter(_:)`` does not fit.
  ///   - quantisation: the format of matrices' blocks; nil: they are elements.
  package init(
    _ manifest: Manifest, seed: String, values: [String: Values] = [:],
    quantisation: BlockFormat? = nil
  ) {
    var (tensors, matrices) = ([String: HostTensor](), [String: BlockTensor]())
    for entry in manifest.entries {
      let stream = SeededStream(named: "\(seed)/\(entry.path)")
      if let quantisation, entry.shape.rank == 2 {
        matrices[entry.path] = stream.blocks(entry.shape, quantisation)
      } else {
        tensors[entry.path] = stream.tensor(
          entry.shape, values[entry.path] ?? .parameter(entry.shape))
      }
    }
    self.init(tensors: tensors, matrices: matrices)
  }

  /// The same parameters with every element rounded to `dtype`; blocks stay as they are.
  package func rounded(to dtype: DType) -> SeededWeights {
    SeededWeights(tensors: tensors.mapValues { $0.rounded(to: dtype) }, matrices: matrices)
  }

  package func format(_ path: String) -> BlockFormat? { matrices[path]?.format }

  package func blocks(_ path: String, rows: Range<Int>) throws -> BlockTensor {
    guard let matrix = matrices[path] else { throw UnknownParameter(path: path) }
    return matrix.outermost(rows)
  }

  package func tensor(_ path: String) throws -> HostTensor {
    guard let tensor = tensors[path] ?? matrices[path]?.unpacked else {
      throw UnknownParameter(path: path)
    }
    return tensor
  }
}

/// A parameter that the graph's manifest does not name.
package struct UnknownParameter: Error, Hashable {
  package let path: String
}
