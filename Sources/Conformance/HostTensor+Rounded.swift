import Tensors

extension HostTensor {
  /// The elements rounded to the nearest that `dtype` holds, in float32 storage.
  package func rounded(to dtype: DType) -> HostTensor {
    switch dtype {
    case .f32: self
    case .f16: HostTensor(shape, floats.map { Float(Float16($0)) })
    }
  }
}
