/// A matrix whose rows are whole blocks, in row-major order.
package struct BlockTensor: Sendable {
  package let shape: Shape
  package let format: BlockFormat
  private let storage: TensorStorage

  /// - Precondition: `storage` holds exactly the blocks of the rows, which they fill.
  package init(shape: Shape, format: BlockFormat, storage: TensorStorage) {
    precondition(
      shape.rank == 2 && shape[1].isMultiple(of: format.length)
        && storage.byteCount == shape.count / format.length * format.byteCount,
      "storage does not fit shape")
    (self.shape, self.format, self.storage) = (shape, format, storage)
  }

  /// Calls `body` with the raw blocks.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    try storage.withBytes(body)
  }

  /// Every element as float32.
  package var unpacked: HostTensor {
    withBytes { blocks in HostTensor(shape) { format.unpack(blocks, into: $0) } }
  }
}
