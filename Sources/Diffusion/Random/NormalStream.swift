import Tensors

/// A source of independent standard normal numbers; every draw continues where the last one ended.
package protocol NormalStream: Sendable {
  /// Fills `values` as one draw. Where the numbers are laid out may depend on the draw's size, so
  /// two draws are not the same as one of their joint size.
  mutating func fill(_ values: UnsafeMutableBufferPointer<Float>)
}

extension NormalStream {
  /// One draw, as a tensor.
  package mutating func normals(_ shape: Shape) -> HostTensor {
    HostTensor(shape) { fill($0) }
  }
}

/// The streams that samplers may draw from.
package enum RandomStream: String, CaseIterable, Codable, Sendable {
  /// `torch.randn` on the CPU: ``TorchGenerator``.
  case cpu
  /// `torch.randn` on a CUDA device: ``CUDAGenerator``.
  case cuda
  /// The project's own: ``CounterStream``.
  case philox

  /// The stream that begins at `seed`.
  package func seeded(_ seed: UInt64) -> any NormalStream {
    switch self {
    case .cpu: TorchGenerator(seed: seed)
    case .cuda: CUDAGenerator(seed: seed)
    case .philox: CounterStream(seed: seed)
    }
  }

  /// The seed of one image of a run, from the run's seed and the image's relative path: neither
  /// the order of the images nor their batches matter.
  ///
  /// FNV-1a over the path's bytes, then the SplitMix64 finaliser, which spreads it over all bits.
  package static func imageSeed(_ seed: UInt64, path: some Sequence<UInt8>) -> UInt64 {
    let hash = path.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    var z = hash ^ (seed &* 0x9e37_79b9_7f4a_7c15)
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
