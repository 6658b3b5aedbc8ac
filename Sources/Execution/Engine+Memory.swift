import IR
import OpenCL

extension Engine {
  /// The account of device memory; nil for the reference.
  package var memory: DeviceMemory? {
    guard case .openCL(let executor) = backend else { return nil }
    return executor.memory
  }

  /// The most bytes of device memory that were taken since the last call; 0 for the reference.
  package func takePeakBytes() -> Int { memory?.takePeak() ?? 0 }

  /// Bytes that plans may take: this process's part of the device's memory; of a CPU device, which
  /// shares it with this process and the rest of the machine, less. nil for the reference.
  package var memoryForPlans: Int? {
    guard let device else { return nil }
    let share = Int((device.isCPU ? 0.6 : 0.9) * Double(device.globalMemory)) / processes
    return min(memoryLimit ?? share, share)
  }

  /// Whether the device has room for a plan.
  package func holds(_ footprint: Footprint) -> Bool {
    guard let device, let memory = memoryForPlans else { return true }
    return footprint.bytes <= memory && footprint.largestAllocation <= device.largestAllocation
  }
}
