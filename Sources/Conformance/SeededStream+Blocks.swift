import Tensors

extension SeededStream {
  /// A matrix in blocks of any codes and factors, with scales and shifts from 0 to 1/2048.
  func blocks(_ shape: Shape, _ format: BlockFormat) -> BlockTensor {
    let count = shape.count / format.length
    let storage = TensorStorage(byteCount: count * format.byteCount) { bytes in
      for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: bits(index)) }
      for block in 0..<count {
        for byte in [format.scaleByte, format.shiftByte].compactMap(\.self) {
          // The half's sign and its highest bits of exponent.
          bytes[block * format.byteCount + byte + 1] &= 0x0F
        }
      }
    }
    return BlockTensor(shape: shape, format: format, storage: storage)
  }
}
