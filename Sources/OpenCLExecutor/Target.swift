import OpenCL

/// What a plan is compiled for: the storage type and the device's kernel family.
struct Target: Sendable {
  /// How a device wants its work cut.
  enum Family: String, Sendable {
    /// CPUs: one work-item for a register tile of 16-float vectors.
    case wide
    /// GPUs: work-groups that share local memory.
    case tiled
  }

  let family: Family
  /// Whether values are stored as half; arithmetic is float either way.
  let usesHalf: Bool
  let device: Device

  init(device: Device, usesHalf: Bool) {
    self.device = device
    self.usesHalf = usesHalf
    family = device.isCPU ? .wide : .tiled
  }

  /// Elements of the vectors that work-items hold.
  var width: Int { family == .wide ? 16 : 4 }

  /// The local size of a launch that gives every work-item plenty to do: one item on CPUs, whose
  /// runtimes compile a kernel again for every local size, the device's choice elsewhere.
  func local(_ dimensions: Int) -> [Int]? {
    family == .wide ? [Int](repeating: 1, count: dimensions) : nil
  }

  /// Bytes of a stored element.
  var elementBytes: Int { usesHalf ? 2 : 4 }

  /// Elements in the storage type.
  func elementBytes(_ elements: [Float]) -> [UInt8] {
    usesHalf ? bytes(of: elements.map { Float16($0) }) : floatBytes(elements)
  }

  /// Elements as float32.
  func floatBytes(_ elements: [Float]) -> [UInt8] { bytes(of: elements) }

  private func bytes<Element>(of elements: [Element]) -> [UInt8] {
    elements.withUnsafeBytes { Array($0) }
  }
}
