import Tensors

/// The parameters that a graph reads: their checkpoint paths and shapes, in order of first use.
package struct Manifest: Sendable {
  package struct Entry: Hashable, Sendable {
    package let path: String
    package let shape: Shape
    package init(path: String, shape: Shape) {
      self.path = path
      self.shape = shape
    }
  }

  package let entries: [Entry]

  package init(entries: [Entry]) { self.entries = entries }

  package var parameterCount: Int { entries.reduce(0) { $0 + $1.shape.count } }
}

extension Graph {
  package var manifest: Manifest {
    Manifest(
      entries: nodes.compactMap { node in
        guard case .weight(let path) = node.op else { return nil }
        return Manifest.Entry(path: path, shape: node.shape)
      })
  }
}
