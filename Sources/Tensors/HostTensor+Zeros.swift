extension HostTensor {
  package static func zeros(_ shape: Shape) -> HostTensor {
    HostTensor(shape) { $0.update(repeating: 0) }
  }

  /// Zeros of the same shape.
  package var zeros: HostTensor { .zeros(shape) }
}
