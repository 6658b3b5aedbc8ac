import OpenCL
import OpenCLExecutor
import Tensors

/// One of the ways in which an OpenCL device can be used.
package struct ExecutorVariant: Hashable, Codable, Sendable, CustomStringConvertible {
  package let dtype: DType
  package let math: MathMode
  package let fuses: Bool
  package let family: KernelFamily
  /// Matrix instructions that the device is to pretend to have.
  package let emulated: EmulatedMatrixUnit?
  /// Whether products in f16 may be those of warpgroups.
  package let usesWarpgroups: Bool

  package init(
    _ dtype: DType, _ math: MathMode, fuses: Bool, family: KernelFamily,
    emulating emulated: EmulatedMatrixUnit? = nil, usesWarpgroups: Bool = true
  ) {
    (self.dtype, self.math, self.fuses, self.family) = (dtype, math, fuses, family)
    (self.emulated, self.usesWarpgroups) = (emulated, usesWarpgroups)
  }

  /// Every way in which a device can be used.
  package static func all(for device: Device) -> [ExecutorVariant] {
    own(device) + (device.isCPU ? gpuKernels(device) : [])
  }

  /// With the kernels that are made for devices of this kind.
  package static func own(_ device: Device) -> [ExecutorVariant] {
    let family = KernelFamily(for: device)
    let common = [
      ExecutorVariant(.f32, .fast, fuses: true, family: family),
      // What runs unfused is strict too, so that cases reach the direct convolutions.
      ExecutorVariant(.f32, .strict, fuses: false, family: family),
      ExecutorVariant(.f16, .fast, fuses: true, family: family),
    ]
    let lanes = ExecutorVariant(
      .f16, .fast, fuses: true, family: family, usesWarpgroups: false)
    return device.isCPU ? common : common + [lanes]
  }

  /// The kernels for GPUs on a CPU, and the ones for matrix instructions where 32 work-items
  /// exchange numbers quickly.
  package static func gpuKernels(_ device: Device) -> [ExecutorVariant] {
    let float = ExecutorVariant(.f32, .fast, fuses: true, family: .gpu)
    guard device.extensions.contains("cl_intel_subgroups") else { return [float] }
    return [float]
      + [EmulatedMatrixUnit.lanes, .warpgroups].map {
        ExecutorVariant(.f16, .fast, fuses: true, family: .gpu, emulating: $0)
      }
  }

  /// Those whose results are to have the same bits on all devices of a kind.
  package static func strict(for device: Device) -> [ExecutorVariant] {
    let family = KernelFamily(for: device)
    return [
      ExecutorVariant(.f32, .strict, fuses: true, family: family),
      ExecutorVariant(.f32, .strict, fuses: false, family: family),
      ExecutorVariant(.f16, .strict, fuses: true, family: family),
    ]
  }

  /// The same precision and arithmetic with the kernels that are made for another device.
  package func own(to device: Device) -> ExecutorVariant {
    ExecutorVariant(dtype, math, fuses: fuses, family: KernelFamily(for: device))
  }

  /// Opens a device for this use.
  ///
  /// Kernels that are made for other devices are to be right and not fast, and optimizing them
  /// takes compilers ten times as long.
  package func candidate(on device: Device) throws -> Candidate {
    let executor = try OpenCLExecutor(
      device, dtype: dtype, math: math, fuses: fuses,
      optimizesPrograms: family == KernelFamily(for: device), family: family,
      emulating: emulated, usesWarpgroups: usesWarpgroups)
    return Candidate(executor, dtype)
  }

  package var description: String {
    let parts: [String?] = [
      dtype.rawValue, math.isFast ? nil : "strict", fuses ? nil : "unfused",
      "\(family) kernels", emulated.map { "emulated \($0.rawValue)" },
      usesWarpgroups ? nil : "without warpgroups",
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
