import IR
import OpenCL
import OpenCLExecutor
import ReferenceExecutor
import Tensors

/// An executor with the storage type that decides its tolerance.
package struct ExecutorUnderTest: Sendable, CustomStringConvertible {
  package let executor: any Executor
  package let type: ElementType
  /// It runs every case whose number is a multiple of this.
  package let caseStride: Int

  package init(_ executor: any Executor, _ type: ElementType, caseStride: Int = 1) {
    self.executor = executor
    self.type = type
    self.caseStride = caseStride
  }

  /// As it appears in reports and in the case log: `reference f32`. The log's reader relies on the
  /// spelling of the stride.
  package var description: String {
    "\(executor.name) \(type)" + (caseStride > 1 ? ", one case of \(caseStride)" : "")
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
    return executor.device.isCPU && executor.fuses && $0.type == .f32
  }

  /// The tiled kernels on CPU runtimes, where GPUs' code can be checked without one, and the ones
  /// for matrix instructions where 32 work-items exchange numbers quickly. A kernel takes PoCL
  /// about a second to compile, so it runs a part of the cases.
  package static let tiledOnCPUs: [ExecutorUnderTest] =
    ((try? Device.all()) ?? []).filter(\.isCPU).flatMap { device in
      let hasSubgroups = device.extensions.contains("cl_intel_subgroups")
      let float = try? OpenCLExecutor(device, family: .tiled)
      let lanes = try? OpenCLExecutor(
        device, usesHalf: true, family: .tiled, emulating: .lanes)
      let warpgroups = try? OpenCLExecutor(
        device, usesHalf: true, family: .tiled, emulating: .warpgroups)
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
      [(usesHalf: false, fuses: true), (false, false), (true, true)].compactMap { usesHalf, fuses in
        // What runs unfused is strict too, so that the cases reach the direct convolutions.
        let executor = try? OpenCLExecutor(
          device, usesHalf: usesHalf, math: fuses ? .fast : .strict, fuses: fuses)
        return executor.map { ExecutorUnderTest($0, usesHalf ? .f16 : .f32) }
      }
    }
  }()
}
