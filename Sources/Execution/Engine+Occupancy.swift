import OpenCL

/// How much work at a time keeps a device busy: small networks and pictures do not fill one, a GPU
/// less than a CPU.
extension Engine {
  /// Pixels of all pictures that run through a network together, from which on more are no faster.
  package var pixelsPerRun: Int { isGPU ? 1 << 20 : Self.leastPixelsPerRun }

  /// Those of the kind of device that is filled by the fewest.
  package static let leastPixelsPerRun = 1 << 14

  /// Patches of a denoiser's usual size, likewise.
  package var patchesPerRun: Int { isGPU ? 64 : 16 }

  /// Processes: of two on a GPU one works on the host while the other computes.
  static func processes(on device: Device) -> Int { device.isGPU ? 2 : 1 }

  private var isGPU: Bool { device?.isGPU == true }
}
