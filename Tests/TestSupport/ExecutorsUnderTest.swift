import Conformance
import IR
import OpenCL
import OpenCLExecutor
import ReferenceExecutor
import Tensors

/// An executor that runs cases, or some of them.
package struct ExecutorUnderTest: Sendable, CustomStringConvertible {
  package let candidate: Candidate
  /// It runs every case whose number is a multiple of this.
  package let caseStride: Int

  package init(_ executor: any Executor, _ dtype: DType) {
    self.init(Candidate(executor, dtype))
  }

  package init(_ candidate: Candidate, caseStride: Int = 1) {
    self.candidate = candidate
    self.caseStride = caseStride
  }

  package var executor: any Executor { candidate.executor }
  package var dtype: DType { candidate.dtype }

  /// As it appears in reports and in the case log: `reference f32`. The log's reader relies on the
  /// spelling of the stride.
  package var description: String {
    candidate.description + (caseStride > 1 ? ", one case of \(caseStride)" : "")
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

  /// The GPU kernels on CPU runtimes, where GPUs' code can be checked without one. PoCL needs a
  /// third of a second for each case, and runs a part of them.
  package static let gpuKernelsOnCPUs: [ExecutorUnderTest] = devices.filter(\.isCPU).flatMap {
    device in
    let hasSubgroups = device.extensions.contains("cl_intel_subgroups")
    return ExecutorVariant.gpuKernels(device).compactMap { variant in
      let stride =
        switch variant.emulated {
        case nil: hasSubgroups ? 1 : 12
        case .lanes: 3
        case .warpgroups: 4
        }
      let candidate = try? variant.candidate(on: device)
      return candidate.map { ExecutorUnderTest($0, caseStride: stride) }
    }
  }

  /// Every OpenCL device in every way that is its own.
  private static let openCL: [ExecutorUnderTest] = devices.flatMap { device in
    ExecutorVariant.own(device).compactMap { variant in
      (try? variant.candidate(on: device)).map { ExecutorUnderTest($0) }
    }
  }

  private static var devices: [Device] { (try? Device.all()) ?? [] }
}
