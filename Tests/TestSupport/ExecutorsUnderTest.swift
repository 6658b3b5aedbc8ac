import IR
import OpenCL
import OpenCLExecutor
import ReferenceExecutor
import Tensors

/// An executor with the dtype that decides its tolerance.
package struct ExecutorUnderTest: Sendable, CustomStringConvertible {
  package let executor: any Executor
  package let dtype: DType
  /// It runs every case whose number is a multiple of this.
  package let caseStride: Int

  package init(_ executor: any Executor, _ dtype: DType, caseStride: Int = 1) {
    self.executor = executor
    self.dtype = dtype
    self.caseStride = caseStride
  }

  /// As it appears in reports and in the case log: `reference f32`. The log's reader relies on the
  /// spelling of the stride.
  package var description: String {
    "\(executor.name) \(dtype)" + (caseStride > 1 ? ", one case of \(caseStride)" : "")
  }

  /// The cases that it runs.
  package var cases: [any ExecutorCase] {
    AllCases.all.enumerated().filter { $0.offset.isMultiple(of: caseStride) }.map(\.element)
  }
}

/// The one list of executors that run every case against the reference.
package enum ExecutorsUnderTest {
  package static let all: [ExecutorUnderTest] =
    [ExecutorUnderTest(ReferenceExecutor(), .f32)] + openCL

  /// The float executors that fuse, one for each CPU runtime.
  package static let fusedFloatCPUs: [ExecutorUnderTest] = openCL.filter {
    guard let executor = $0.executor as? OpenCLExecutor else { return false }
    return executor.device.isCPU && executor.fuses && $0.dtype == .f32
  }

  /// The GPU kernels on CPU runtimes, where GPUs' code can be checked without one, and the ones
  /// for matrix instructions where 32 work-items exchange numbers quickly. They are to be right
  /// here and not fast, and optimizing them takes a compiler ten times as long. PoCL needs a third
  /// of a second even so, and runs a part of the cases.
  package static let gpuKernelsOnCPUs: [ExecutorUnderTest] =
    ((try? Device.all()) ?? []).filter(\.isCPU).flatMap { device in
      let hasSubgroups = device.extensions.contains("cl_intel_subgroups")
      let float = try? OpenCLExecutor(device, optimizesPrograms: false, family: .gpu)
      let lanes = try? OpenCLExecutor(
        device, dtype: .f16, optimizesPrograms: false, family: .gpu, emulating: .lanes)
      let warpgroups = try? OpenCLExecutor(
        device, dtype: .f16, optimizesPrograms: false, family: .gpu, emulating: .warpgroups)
      return [
        float.map { ExecutorUnderTest($0, .f32, caseStride: hasSubgroups ? 1 : 12) },
        hasSubgroups ? lanes.map { ExecutorUnderTest($0, .f16, caseStride: 3) } : nil,
        hasSubgroups ? warpgroups.map { ExecutorUnderTest($0, .f16, caseStride: 4) } : nil,
      ].compactMap { $0 }
    }

  /// Every OpenCL device in every way that it can be used.
  private static let openCL: [ExecutorUnderTest] = {
    let devices = (try? Device.all()) ?? []
    return devices.flatMap { device in
      [(dtype: DType.f32, fuses: true), (.f32, false), (.f16, true)].compactMap { dtype, fuses in
        // What runs unfused is strict too, so that the cases reach the direct convolutions.
        let executor = try? OpenCLExecutor(
          device, dtype: dtype, math: fuses ? .fast : .strict, fuses: fuses)
        return executor.map { ExecutorUnderTest($0, dtype) }
      }
    }
  }()
}
