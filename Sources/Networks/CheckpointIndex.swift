import IR
import Tensors

/// What recognition sees of a checkpoint: the names and shapes of its tensors.
package struct CheckpointIndex: Sendable {
  /// What all names in the file begin with, such as `params.` or `module.net.`; often empty.
  package let prefix: String
  /// The tensors in file order, their names without the prefix; without the counters that batch
  /// normalization keeps in training.
  package let tensors: [Manifest.Entry]
  private let shapes: [String: Shape]

  /// Indexes tensors with distinct names.
  package init(_ tensors: some Sequence<(name: String, shape: Shape)>) {
    let tensors = Array(tensors)
    let prefix = Self.sharedPrefix(of: tensors.map(\.name))
    self.prefix = prefix
    self.tensors = tensors.filter { !$0.name.hasSuffix(".num_batches_tracked") }.map {
      Manifest.Entry(path: String($0.name.dropFirst(prefix.count)), shape: $0.shape)
    }
    shapes = Dictionary(self.tensors.map { ($0.path, $0.shape) }) { first, _ in first }
  }

  /// The tensors whose names begin with `prefix`, without it.
  init(part prefix: String, of whole: CheckpointIndex) {
    self.prefix = whole.prefix + prefix
    tensors = whole.tensors.filter { $0.path.hasPrefix(prefix) }.map {
      Manifest.Entry(path: String($0.path.dropFirst(prefix.count)), shape: $0.shape)
    }
    shapes = Dictionary(tensors.map { ($0.path, $0.shape) }) { first, _ in first }
  }

  /// The shape of a tensor, by its name without the prefix.
  package subscript(name: String) -> Shape? { shapes[name] }

  /// The leading name components that all names share, at least one component being left over.
  static func sharedPrefix(of names: [String]) -> String {
    guard let first = names.first else { return "" }
    var prefix = ""
    while let dot = first.dropFirst(prefix.count).firstIndex(of: ".") {
      let longer = String(first[...dot])
      guard names.allSatisfy({ $0.hasPrefix(longer) && $0 != longer }) else { break }
      prefix = longer
    }
    return prefix
  }
}
