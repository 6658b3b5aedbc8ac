import Tensors

extension Manifest {
  /// How the tensors of a checkpoint depart from the parameters that a graph reads.
  package struct Difference: Hashable, Sendable {
    package struct Misshapen: Hashable, Sendable {
      package let path: String
      package let expected: Shape
      package let found: Shape
    }

    /// Parameters without a tensor, in manifest order.
    package var missing: [Entry] = []
    /// Parameters whose tensor has another shape, in manifest order.
    package var misshapen: [Misshapen] = []
    /// Tensors that are no parameter, in the checkpoint's order.
    package var unused: [Entry] = []

    package var isEmpty: Bool { missing.isEmpty && misshapen.isEmpty && unused.isEmpty }
  }

  /// Compares with the tensors of a checkpoint, whose names must be distinct.
  package func difference(from tensors: [Entry]) -> Difference {
    let found = Dictionary(tensors.map { ($0.path, $0.shape) }) { first, _ in first }
    var difference = Difference()
    for entry in entries {
      switch found[entry.path] {
      case nil: difference.missing.append(entry)
      case entry.shape?: continue
      case let shape?:
        difference.misshapen.append(
          .init(path: entry.path, expected: entry.shape, found: shape))
      }
    }
    let known = Set(entries.map(\.path))
    difference.unused = tensors.filter { !known.contains($0.path) }
    return difference
  }
}
