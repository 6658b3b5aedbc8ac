import Tensors

extension Manifest {
  /// Where a checkpoint holds a parameter: as a tensor with the same elements in the same order, or
  /// as some rows of one.
  package struct Location: Hashable, Sendable {
    /// Name of the tensor.
    package let path: String
    /// Shape of the tensor.
    package let shape: Shape
    /// The rows of the tensor that are the parameter; nil: all of them.
    package let rows: Range<Int>?
    /// Whether the tensor is the parameter's transpose; both are matrices.
    package let isTransposed: Bool

    package init(path: String, shape: Shape, rows: Range<Int>? = nil, isTransposed: Bool = false) {
      self.path = path
      self.shape = shape
      self.rows = rows
      self.isTransposed = isTransposed
    }
  }

  /// The tensors that hold parameters at these locations, each once.
  package init(tensors locations: some Sequence<Location>) {
    var known = Set<String>()
    self.init(
      entries: locations.compactMap {
        known.insert($0.path).inserted ? Entry(path: $0.path, shape: $0.shape) : nil
      })
  }
}
