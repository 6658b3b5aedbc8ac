/// A dense row-major tensor in host memory.
///
/// The bytes are immutable once built and may be shared with a file mapping, so copies are cheap
/// and a multi-gigabyte checkpoint is never duplicated.
package struct HostTensor: Sendable {
  package let shape: Shape
  package let type: ElementType
  private let storage: TensorStorage

  /// Wraps existing storage.
  /// - Precondition: `storage` holds exactly `shape.count * type.byteCount` bytes.
  package init(shape: Shape, type: ElementType, storage: TensorStorage) {
    precondition(storage.byteCount == shape.count * type.byteCount, "storage does not fit shape")
    self.shape = shape
    self.type = type
    self.storage = storage
  }

  /// A float32 tensor with the given elements in row-major order.
  package init(_ shape: Shape, _ elements: [Float]) {
    precondition(elements.count == shape.count, "element count does not fit shape")
    self.shape = shape
    type = .f32
    storage = TensorStorage(byteCount: elements.count * 4) { destination in
      elements.withUnsafeBytes { destination.copyMemory(from: $0) }
    }
  }

  /// A float32 tensor whose elements are written by `fill`.
  package init(_ shape: Shape, filling fill: (UnsafeMutableBufferPointer<Float>) throws -> Void)
    rethrows
  {
    self.shape = shape
    type = .f32
    storage = try TensorStorage(byteCount: shape.count * 4) {
      try fill($0.bindMemory(to: Float.self))
    }
  }

  package var count: Int { shape.count }
  package var byteCount: Int { storage.byteCount }

  /// Calls `body` with the raw bytes.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    try storage.withBytes(body)
  }

  /// Calls `body` with the elements as float32, converted one by one when they are read.
  package func withElements<Result>(_ body: (Elements) throws -> Result) rethrows -> Result {
    try withBytes { try body(Elements($0, type)) }
  }

  /// The elements as float32, converted when the storage has another type.
  package var floats: [Float] {
    withElements { elements in
      [Float](unsafeUninitializedCapacity: elements.count) { floats, count in
        for index in 0..<elements.count { floats.initializeElement(at: index, to: elements[index]) }
        count = elements.count
      }
    }
  }

  /// What `transform` makes of each element, in float32.
  package func map(_ transform: (Float) throws -> Float) rethrows -> HostTensor {
    try HostTensor(shape) { target in
      try withElements { elements in
        for index in 0..<elements.count { target[index] = try transform(elements[index]) }
      }
    }
  }

  /// The same elements under another shape of equal count.
  package func reshaped(_ shape: Shape) -> HostTensor {
    HostTensor(shape: shape, type: type, storage: storage)
  }

  /// The slice `index` of the outermost axis, as a tensor whose outermost extent is 1.
  package func outermost(_ index: Int) -> HostTensor { outermost(index..<index + 1) }

  /// These slices of the outermost axis.
  package func outermost(_ range: Range<Int>) -> HostTensor {
    let part = shape.replacing(0, with: range.count)
    let size = shape.replacing(0, with: 1).count * type.byteCount
    return withBytes { bytes in
      let source = bytes[range.lowerBound * size..<range.upperBound * size]
      return HostTensor(
        shape: part, type: type,
        storage: TensorStorage(byteCount: range.count * size) {
          $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
        })
    }
  }

  /// The transpose of a matrix, in float32.
  /// - Precondition: the rank is 2.
  package var transposedMatrix: HostTensor {
    let (rows, columns, source) = (shape[0], shape[1], floats)
    return HostTensor([columns, rows]) { target in
      for row in 0..<rows {
        for column in 0..<columns {
          target[column * rows + row] = source[row * columns + column]
        }
      }
    }
  }

  /// Concatenates tensors of one type along the outermost axis.
  /// - Precondition: `parts` is not empty and all other extents and types agree.
  package static func stacking(_ parts: [HostTensor]) -> HostTensor {
    let first = parts[0]
    precondition(
      parts.allSatisfy {
        $0.type == first.type && $0.shape.extents.dropFirst() == first.shape.extents.dropFirst()
      }, "parts disagree")
    let shape = first.shape.replacing(0, with: parts.reduce(0) { $0 + $1.shape[0] })
    let storage = TensorStorage(byteCount: shape.count * first.type.byteCount) { destination in
      var offset = 0
      for part in parts {
        part.withBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: destination[offset..<offset + bytes.count])
            .copyMemory(from: bytes)
          offset += bytes.count
        }
      }
    }
    return HostTensor(shape: shape, type: first.type, storage: storage)
  }
}
