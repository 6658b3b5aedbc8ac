/// An operand of kernels that no run changes: how large it is, and what writes it once there is
/// memory for it.
struct Constant: Sendable {
  /// Writes every element.
  typealias Fill = @Sendable (PackedElements) throws -> Void

  let byteCount: Int
  /// Writes all of the bytes.
  let write: @Sendable (UnsafeMutableRawBufferPointer) throws -> Void

  /// - Parameters:
  ///   - count: of the elements.
  ///   - isHalf: whether they are float16; otherwise float32.
  init(_ count: Int, isHalf: Bool, filling fill: @escaping Fill) {
    byteCount = count * (isHalf ? 2 : 4)
    write = { try fill(PackedElements(bytes: $0, isHalf: isHalf)) }
  }

  /// Numbers that are known already, in float32.
  init(_ numbers: [Float]) {
    self.init(numbers.count, isHalf: false) { target in
      for (index, number) in numbers.enumerated() { target[index] = number }
    }
  }
}

/// Elements of a constant while it is written, float16 or float32 in memory.
struct PackedElements {
  let bytes: UnsafeMutableRawBufferPointer
  let isHalf: Bool

  var count: Int { bytes.count / (isHalf ? 2 : 4) }

  subscript(index: Int) -> Float {
    get {
      isHalf
        ? Float(bytes.load(fromByteOffset: index * 2, as: Float16.self))
        : bytes.load(fromByteOffset: index * 4, as: Float.self)
    }
    nonmutating set {
      if isHalf {
        bytes.storeBytes(of: Float16(newValue), toByteOffset: index * 2, as: Float16.self)
      } else {
        bytes.storeBytes(of: newValue, toByteOffset: index * 4, as: Float.self)
      }
    }
  }

  /// The elements from `start` to before `end`.
  subscript(range: Range<Int>) -> PackedElements {
    let size = isHalf ? 2 : 4
    let part = bytes[range.lowerBound * size..<range.upperBound * size]
    return PackedElements(
      bytes: UnsafeMutableRawBufferPointer(rebasing: part), isHalf: isHalf)
  }

  func clear() { bytes.initializeMemory(as: UInt8.self, repeating: 0) }
}
