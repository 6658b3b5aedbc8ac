import Tensors

/// An operand of kernels that no run changes: how large it is, and what writes it once there is
/// memory for it.
struct Constant: Sendable {
  /// Writes every element.
  typealias Fill = @Sendable (PackedElements) throws -> Void

  let byteCount: Int
  /// Tells what it holds from other constants of plans with the same parameters; nil where it is
  /// too small to be shared.
  var name: String?
  /// Writes all of the bytes.
  let write: @Sendable (UnsafeMutableRawBufferPointer) throws -> Void

  /// - Parameters:
  ///   - count: of the elements.
  ///   - dtype: how they are stored.
  init(_ count: Int, dtype: DType, filling fill: @escaping Fill) {
    byteCount = count * dtype.byteCount
    write = { try fill(PackedElements(bytes: $0, dtype: dtype)) }
  }

  /// - Parameter write: writes all of the bytes.
  init(byteCount: Int, write: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Void) {
    (self.byteCount, self.write) = (byteCount, write)
  }

  /// Numbers that are known already, in float32.
  init(_ numbers: [Float]) {
    self.init(numbers.count, dtype: .f32) { target in
      for (index, number) in numbers.enumerated() { target[index] = number }
    }
  }
}

/// Elements of a constant while it is written.
struct PackedElements {
  let bytes: UnsafeMutableRawBufferPointer
  let dtype: DType

  var count: Int { bytes.count / dtype.byteCount }

  subscript(index: Int) -> Float {
    get {
      switch dtype {
      case .f16: Float(half: bytes.load(fromByteOffset: index * 2, as: UInt16.self))
      case .f32: bytes.load(fromByteOffset: index * 4, as: Float.self)
      }
    }
    nonmutating set {
      switch dtype {
      case .f16:
        bytes.storeBytes(of: newValue.half, toByteOffset: index * 2, as: UInt16.self)
      case .f32:
        bytes.storeBytes(of: newValue, toByteOffset: index * 4, as: Float.self)
      }
    }
  }

  /// The elements from `start` to before `end`.
  subscript(range: Range<Int>) -> PackedElements {
    let size = dtype.byteCount
    let part = bytes[range.lowerBound * size..<range.upperBound * size]
    return PackedElements(
      bytes: UnsafeMutableRawBufferPointer(rebasing: part), dtype: dtype)
  }

  func clear() { bytes.initializeMemory(as: UInt8.self, repeating: 0) }
}
