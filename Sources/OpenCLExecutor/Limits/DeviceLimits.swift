/// What a device has been seen to do at best, which kernels are held against.
package struct DeviceLimits: Codable, Hashable, Sendable {
  /// How fast memory of some size is read or copied over and over.
  package struct Bandwidth: Codable, Hashable, Sendable {
    /// Bytes that are read and written in a pass.
    package let size: Int
    /// Bytes a second.
    package let rate: Double
  }

  /// Operations a second of multiply-adds in f32, each counting as two.
  package let multiplyAdd: Double
  /// The same in f16; nil where the device does not compute in it.
  package let halfMultiplyAdd: Double?
  /// Operations a second of matrix instructions of half; nil where there are none.
  package let matrix: Double?
  /// From the smallest size on; the last is beyond caches.
  package let bandwidths: [Bandwidth]
  /// Seconds of a launch among many, by the host's clock.
  package let launch: Double
  /// Seconds of a launch that does nothing, by the device's clock.
  package let emptyKernel: Double
  /// Bytes a second from the host's memory to the device's.
  package let hostToDevice: Double

  /// Bytes a second of the device's own memory.
  package var memoryBandwidth: Double { bandwidths.last?.rate ?? 0 }

  /// Bytes a second for a kernel whose operands and results have this size.
  package func bandwidth(of size: Int) -> Double {
    (bandwidths.last { $0.size <= size } ?? bandwidths.first)?.rate ?? 0
  }

  /// Names in JSON's style, and values for readers.
  package var findings: [(name: String, value: String)] {
    let fast = bandwidths.map { "\(Self.size($0.size)): \(Self.giga($0.rate)) GB/s" }
    let findings: [(name: String, value: String?)] = [
      ("multiply_add_f32", Self.giga(multiplyAdd) + " GFLOP/s"),
      ("multiply_add_f16", halfMultiplyAdd.map { Self.giga($0) + " GFLOP/s" }),
      ("matrix_f16", matrix.map { Self.giga($0) + " GFLOP/s" }),
      ("memory_bandwidth", Self.giga(memoryBandwidth) + " GB/s"),
      ("bandwidth_by_size", fast.joined(separator: ", ")),
      ("launch", Self.micro(launch) + " us, empty kernel " + Self.micro(emptyKernel) + " us"),
      ("host_to_device", Self.giga(hostToDevice) + " GB/s"),
    ]
    return findings.map { (name: $0.name, value: $0.value ?? "none") }
  }

  private static func giga(_ rate: Double) -> String { "\((rate * 1e-8).rounded() / 10)" }
  private static func micro(_ seconds: Double) -> String { "\((seconds * 1e7).rounded() / 10)" }
  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
  }
}

extension DeviceLimits {
  /// What holds a kernel back.
  package enum Bound: String, Codable, Sendable {
    case arithmetic, matrix, memory, launch
  }

  /// What some launches do together.
  package struct Work: Sendable {
    /// Floating-point operations that are carried out.
    package let flops: Int
    /// Whether matrix instructions carry them out.
    package let usesMatrixUnit: Bool
    /// Of operands and results.
    package let bytes: Int
    package let launches: Int

    package init(flops: Int, usesMatrixUnit: Bool, bytes: Int, launches: Int) {
      (self.flops, self.usesMatrixUnit) = (flops, usesMatrixUnit)
      (self.bytes, self.launches) = (bytes, launches)
    }
  }

  /// The seconds below which no work gets, and what sets them.
  /// - Parameter isCold: whether operands come from beyond the caches.
  package func floor(of work: Work, isCold: Bool) -> (seconds: Double, bound: Bound) {
    let usesMatrix = work.usesMatrixUnit && matrix != nil
    let peak = (usesMatrix ? matrix : nil) ?? multiplyAdd
    let rate = isCold ? memoryBandwidth : bandwidth(of: work.bytes)
    let floors: [(seconds: Double, bound: Bound)] = [
      (Double(work.flops) / peak, usesMatrix ? .matrix : .arithmetic),
      (Double(work.bytes) / rate, .memory), (Double(work.launches) * emptyKernel, .launch),
    ]
    return floors.max { $0.seconds < $1.seconds } ?? (0, .launch)
  }
}
