import Tensors

/// One tensor of a checkpoint.
package struct CheckpointEntry: Sendable, Hashable {
  package let name: String
  /// The type of its elements as they are read; quantised ones are read as float32.
  package let type: SafetensorsType
  package let shape: Shape

  package init(name: String, type: SafetensorsType, shape: Shape) {
    (self.name, self.type, self.shape) = (name, type, shape)
  }
}

/// A file with named tensors, validated when it was opened.
package protocol TensorFile: Sendable {
  /// Size in bytes.
  var byteCount: Int { get }

  /// The tensors, ordered by place in the file.
  var contents: [CheckpointEntry] { get }

  /// Reads a tensor.
  func tensor(named name: String) throws(SafetensorsError) -> HostTensor

  /// How the blocks of a quantised matrix lie; nil for other tensors.
  func format(ofTensor name: String) -> BlockFormat?

  /// Reads rows of a quantised matrix as they lie.
  /// - Throws: ``SafetensorsError`` also where there are no such rows.
  func blocks(named name: String, rows: Range<Int>) throws(SafetensorsError) -> BlockTensor

  /// Hands the elements of a tensor to `body` in pieces of whole elements of the entry's type.
  func forEachPiece(
    ofTensor name: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SafetensorsError)
}

extension TensorFile {
  package func format(ofTensor name: String) -> BlockFormat? { nil }

  package func blocks(
    named name: String, rows: Range<Int>
  ) throws(SafetensorsError) -> BlockTensor {
    throw .noSuchTensor(name)
  }
}
