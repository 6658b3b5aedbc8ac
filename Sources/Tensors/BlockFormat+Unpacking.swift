/// Elements as float32. Every product and difference is rounded by itself, in the order in which
/// the PyPI package `gguf` does it.
extension BlockFormat {
  /// Unpacks whole blocks.
  /// - Precondition: `elements` holds ``length`` for each block.
  package func unpack(
    _ blocks: UnsafeRawBufferPointer, into elements: UnsafeMutableBufferPointer<Float>
  ) {
    for block in 0..<elements.count / length {
      let source = UnsafeRawBufferPointer(
        rebasing: blocks[block * byteCount..<(block + 1) * byteCount])
      for group in 0..<length / groupLength {
        unpack(
          group, of: source,
          UnsafeMutableBufferPointer(
            rebasing: elements[block * length + group * groupLength..<(block + 1) * length]))
      }
    }
  }

  private func unpack(
    _ group: Int, of block: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Float>
  ) {
    let factors = factors(of: group, in: block)
    let scale = Self.half(block, at: scaleByte) * Float(factors.scale)
    let shift = shiftByte.map { Self.half(block, at: $0) * Float(factors.shift) } ?? 0
    for index in 0..<groupLength {
      let code = code(of: group * groupLength + index, in: block)
      target[index] = scale * Float(code - zero) - shift
    }
  }

  private func code(of element: Int, in block: UnsafeRawBufferPointer) -> Int {
    let low = lowPlace(element)
    guard lowBits == 4 else { return Int(Int8(bitPattern: block[low.byte])) }
    let code = Int(block[low.byte] >> UInt8(low.shift) & 15)
    guard highBits > 0 else { return code }
    let high = highPlace(element)
    return code | (Int(block[high.byte] >> UInt8(high.shift)) & ((1 << highBits) - 1)) << 4
  }

  /// A number in half precision, low byte first.
  package static func half(_ block: UnsafeRawBufferPointer, at byte: Int) -> Float {
    Float(half: UInt16(block[byte]) | UInt16(block[byte + 1]) << 8)
  }
}
