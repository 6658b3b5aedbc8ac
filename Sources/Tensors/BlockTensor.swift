/// A tensor whose rows, along the last axis, are whole blocks, in row-major order.
package struct BlockTensor: Sendable {
  package let shape: Shape
  package let format: BlockFormat
  private let storage: TensorStorage

  /// - Precondition: `storage` holds exactly the blocks of the rows, which they fill.
  package init(shape: Shape, format: BlockFormat, storage: TensorStorage) {
    precondition(
      shape.extents.last?.isMultiple(of: format.length) == true
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

  /// These slices of the outermost axis, borrowed.
  package func outermost(_ range: Range<Int>) -> BlockTensor {
    let size = storage.byteCount / shape[0]
    let part = storage.withBytes { bytes in
      UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound * size..<range.upperBound * size])
    }
    return BlockTensor(
      shape: shape.replacing(0, with: range.count), format: format,
      storage: TensorStorage(borrowing: part) { [storage] in withExtendedLifetime(storage) {} })
  }

  /// Hands the rows of a matrix to `body`, one after the other as float32.
  package func forEachRow(_ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
    let size = shape[1] / format.length * format.byteCount
    withUnsafeTemporaryAllocation(of: Float.self, capacity: shape[1]) { row in
      withBytes { blocks in
        for index in 0..<shape[0] {
          let source = blocks[index * size..<(index + 1) * size]
          format.unpack(UnsafeRawBufferPointer(rebasing: source), into: row)
          body(index, UnsafeBufferPointer(row))
        }
      }
    }
  }

  /// Every element as float32.
  package var unpacked: HostTensor {
    withBytes { blocks in HostTensor(shape) { format.unpack(blocks, into: $0) } }
  }
}
