import IR
import Tensors

/// The parameters of a graph, found in a checkpoint file: each is there, in its shape and of a
/// floating-point type.
package struct Binding: WeightSource, Sendable {
  /// The tensors of the file that are no parameter, under their names in the file.
  package let unused: [Manifest.Entry]
  private let file: SafetensorsFile
  private let prefix: String

  /// Checks every parameter before any of them is read.
  /// - Parameters:
  ///   - prefix: what the file puts before each path of the manifest, dots included.
  ///   - allowUnused: whether the file may have tensors that are no parameter.
  package init(
    _ manifest: Manifest, to file: SafetensorsFile, prefix: String = "", allowUnused: Bool = false
  ) throws(BindingError) {
    let wanted = Manifest(
      entries: manifest.entries.map { .init(path: prefix + $0.path, shape: $0.shape) })
    var difference = wanted.difference(
      from: file.entries.map { .init(path: $0.name, shape: $0.shape) })
    unused = difference.unused
    if allowUnused { difference.unused = [] }
    let unreadable = wanted.entries.compactMap { entry -> BindingError.Unreadable? in
      guard let type = file.entry(named: entry.path)?.type, !type.isParameterType else {
        return nil
      }
      return .init(path: entry.path, type: type)
    }
    guard difference.isEmpty, unreadable.isEmpty else {
      throw BindingError(difference: difference, unreadable: unreadable)
    }
    self.file = file
    self.prefix = prefix
  }

  /// Reads the parameter at `path` of the manifest.
  package func tensor(_ path: String) throws -> HostTensor {
    try file.tensor(named: prefix + path)
  }
}

extension SafetensorsType {
  fileprivate var isParameterType: Bool { self == .f32 || self == .f16 || self == .bf16 }
}
