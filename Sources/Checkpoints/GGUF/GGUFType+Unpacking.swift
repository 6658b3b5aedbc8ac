/// The blocks of quantised types, whose elements are codes of few bits times scales. Every product
/// and difference is rounded to float32, in the order in which the PyPI package `gguf` does it.
///
/// | type | a block |
/// |---|---|
/// | Q8_0 | scale f16, 32 codes of 8 bits with sign |
/// | Q4_0 | scale f16, 16 bytes: elements 0-15 low, 16-31 high; codes less 8 |
/// | Q4_K | scale and shift f16, 12 bytes of 8 scales and 8 shifts of 6 bits, 128 bytes of codes |
/// | Q5_K | the same with 32 bytes of fifth bits in front of the codes |
/// | Q6_K | 128 bytes of low bits, 64 of high bits, 16 scales i8, scale f16; codes less 32 |
extension GGUFType {
  /// Unpacks whole blocks.
  /// - Precondition: the type is quantised, and `elements` holds ``blockLength`` for each block.
  func unpack(_ blocks: UnsafeRawBufferPointer, into elements: UnsafeMutableBufferPointer<Float>) {
    for block in 0..<elements.count / blockLength {
      let source = UnsafeRawBufferPointer(
        rebasing: blocks[block * blockBytes..<(block + 1) * blockBytes])
      let target = UnsafeMutableBufferPointer(
        rebasing: elements[block * blockLength..<(block + 1) * blockLength])
      switch self {
      case .q4_0: Self.unpackQ4(source, target)
      case .q8_0: Self.unpackQ8(source, target)
      case .q4_K: Self.unpackQ4K(source, target)
      case .q5_K: Self.unpackQ5K(source, target)
      case .q6_K: Self.unpackQ6K(source, target)
      case .f32, .f16, .bf16: preconditionFailure("\(self) has no blocks")
      }
    }
  }

  private static func half(_ block: UnsafeRawBufferPointer, at offset: Int) -> Float {
    Float(half: UInt16(block[offset]) | UInt16(block[offset + 1]) << 8)
  }

  private static func unpackQ4(
    _ block: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Float>
  ) {
    let scale = half(block, at: 0)
    for index in 0..<16 {
      let codes = block[2 + index]
      target[index] = scale * Float(Int(codes & 15) - 8)
      target[16 + index] = scale * Float(Int(codes >> 4) - 8)
    }
  }

  private static func unpackQ8(
    _ block: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Float>
  ) {
    let scale = half(block, at: 0)
    for index in 0..<32 {
      target[index] = Float(Int8(bitPattern: block[2 + index])) * scale
    }
  }

  /// Scale and shift number `index` of the 12 bytes from `start` on. Those of the last four are
  /// low bits in the last four bytes, under two high bits above the first eight numbers.
  private static func scaleAndShift(
    _ block: UnsafeRawBufferPointer, _ index: Int, at start: Int = 4
  ) -> (scale: Float, shift: Float) {
    let (first, second) = (block[start + index % 4], block[start + 4 + index % 4])
    guard index >= 4 else { return (Float(first & 63), Float(second & 63)) }
    let low = block[start + 8 + index % 4]
    return (Float(low & 15 | (first & 0xC0) >> 2), Float(low >> 4 | (second & 0xC0) >> 2))
  }

  private static func unpackQ4K(
    _ block: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Float>
  ) {
    let (scales, shifts) = (half(block, at: 0), half(block, at: 2))
    for group in 0..<8 {
      let (factor, term) = scaleAndShift(block, group)
      let (scale, shift) = (scales * factor, shifts * term)
      for index in 0..<32 {
        let codes = block[16 + group / 2 * 32 + index]
        let code = group % 2 == 0 ? codes & 15 : codes >> 4
        target[group * 32 + index] = scale * Float(code) - shift
      }
    }
  }

  private static func unpackQ5K(
    _ block: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Float>
  ) {
    let (scales, shifts) = (half(block, at: 0), half(block, at: 2))
    for group in 0..<8 {
      let (factor, term) = scaleAndShift(block, group)
      let (scale, shift) = (scales * factor, shifts * term)
      for index in 0..<32 {
        let codes = block[48 + group / 2 * 32 + index]
        let high = block[16 + index] >> UInt8(group) & 1
        let code = (group % 2 == 0 ? codes & 15 : codes >> 4) | high << 4
        target[group * 32 + index] = scale * Float(code) - shift
      }
    }
  }

  private static func unpackQ6K(
    _ block: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Float>
  ) {
    let scales = half(block, at: 208)
    for group in 0..<16 {
      let scale = scales * Float(Int8(bitPattern: block[192 + group]))
      for index in 0..<16 {
        // Halves of 128 elements, each in four runs of 32.
        let element = group * 16 + index
        let (part, run, place) = (element / 128, element / 32 % 4, element % 32)
        let low = block[part * 64 + run % 2 * 32 + place]
        let high = block[128 + part * 32 + place] >> UInt8(2 * run) & 3
        let code = (run < 2 ? low & 15 : low >> 4) | high << 4
        target[element] = scale * Float(Int(code) - 32)
      }
    }
  }
}
