/// Which device runs a network.
public enum DeviceSelector: Hashable, Sendable {
  /// The first OpenCL GPU, or else the first OpenCL CPU device.
  case auto
  /// The first OpenCL CPU device.
  case cpu
  /// The OpenCL device of this index in the order of ``Device/all()``.
  case openCL(Int)
  /// Plain loops in double precision: slow, and what every other device is compared with.
  case reference
}

/// How values are stored on a device. Sums are in 32 bits either way.
public enum DType: String, CaseIterable, Hashable, Sendable {
  /// 32-bit floats.
  case f32
  /// 16-bit floats, for half the memory.
  case f16
}

/// Which algorithms a device may use.
public enum MathMode: String, CaseIterable, Hashable, Sendable {
  /// The fastest. The same bits for every batch, order and thread.
  case fast
  /// Those by which a pixel has the same bits in a tile as in the whole picture, too.
  case strict
}
