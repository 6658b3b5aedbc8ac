import Tensors

extension HostTensor {
  /// The elements rounded to the nearest that `type` holds, in float32 storage.
  package func rounded(to type: ElementType) -> HostTensor {
    switch type {
    case .f32: self
    case .f16: HostTensor(shape, floats.map { Float(Float16($0)) })
    case .bf16: HostTensor(shape, floats.map(\.roundedToBFloat16))
    case .i32, .i64: HostTensor(shape, floats.map { $0.rounded() })
    }
  }
}

extension Float {
  /// Round to nearest, ties to even, of a finite number's upper 16 bits.
  fileprivate var roundedToBFloat16: Float {
    let isOdd = (bitPattern >> 16) & 1
    return Float(bitPattern: (bitPattern &+ 0x7fff &+ isOdd) & 0xffff_0000)
  }
}
