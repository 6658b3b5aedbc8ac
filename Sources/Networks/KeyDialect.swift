import IR
import Tensors

/// Other names for the parameters of a network, as another code base writes them.
///
/// A dialect renames modules; what is below a module keeps its name.
package struct KeyDialect: Hashable, Sendable {
  package typealias Renaming = (ours: String, theirs: String)

  /// The network's own names.
  package static let own = KeyDialect()

  /// What stands before every name.
  package private(set) var prefix: String
  private let modules: [String: String]
  /// Modules whose matrix (O, C) is stored as the kernel of a convolution, (O, C, 1, 1).
  private let kernels: Set<String>
  /// Parameters of which several equally large ones lie in one tensor: the number of this one.
  private let thirds: [String: Int]
  /// Matrices that are stored transposed.
  private let transposes: Set<String>

  /// - Parameters:
  ///   - modules: an empty name leaves the module's out.
  ///   - thirds: parameters that are a third of a tensor's rows, in order.
  package init(
    prefix: String = "", modules: [Renaming] = [], kernels: [String] = [], thirds: [[String]] = [],
    transposes: [String] = []
  ) {
    self.prefix = prefix
    self.modules = Dictionary(modules.map { ($0.ours, $0.theirs) }) { first, _ in first }
    self.kernels = Set(kernels)
    self.thirds = Dictionary(
      thirds.flatMap { $0.enumerated().map { ($0.element, $0.offset) } }
    ) { first, _ in first }
    self.transposes = Set(transposes)
  }

  /// The same names with more before each.
  package func behind(_ prefix: String) -> KeyDialect {
    var copy = self
    copy.prefix = prefix + self.prefix
    return copy
  }

  /// The same names without what stands before each.
  package var bare: KeyDialect {
    var copy = self
    copy.prefix = ""
    return copy
  }

  /// The name of the parameter at `path` in this dialect.
  package func name(of path: String) -> String {
    var module = path[...]
    while true {
      if let theirs = modules[String(module)] {
        let rest = path[module.endIndex...]
        return prefix + theirs + (theirs.isEmpty ? rest.dropFirst() : rest)
      }
      guard let dot = module.lastIndex(of: ".") else { return prefix + path }
      module = module[..<dot]
    }
  }

  /// Where a checkpoint in this dialect holds a parameter.
  package func location(of entry: Manifest.Entry) -> Manifest.Location {
    let (path, shape) = (name(of: entry.path), entry.shape)
    if let third = thirds[entry.path] {
      return Manifest.Location(
        path: path, shape: shape.replacing(0, with: 3 * shape[0]),
        rows: third * shape[0]..<(third + 1) * shape[0])
    }
    if transposes.contains(entry.path), shape.rank == 2 {
      return Manifest.Location(path: path, shape: [shape[1], shape[0]], isTransposed: true)
    }
    let module = entry.path.lastIndex(of: ".").map { String(entry.path[..<$0]) } ?? ""
    let isKernel = kernels.contains(module) && shape.rank == 2
    return Manifest.Location(path: path, shape: isKernel ? Shape(shape.extents + [1, 1]) : shape)
  }

  /// The tensors of a checkpoint in this dialect.
  package func tensors(of manifest: Manifest) -> Manifest {
    Manifest(tensors: manifest.entries.map(location))
  }
}
