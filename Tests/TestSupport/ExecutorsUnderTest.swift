import IR
import OpenCL
import OpenCLExecutor
import ReferenceExecutor
import Tensors

/// An executor with the storage type that decides its tolerance.
package struct ExecutorUnderTest: Sendable, CustomStringConvertible {
  package let executor: any Executor
  package let type: ElementType

  package init(_ executor: any Executor, _ type: ElementType) {
    self.executor = executor
    self.type = type
  }

  /// As it appears in reports and in the case log: `reference f32`.
  package var description: String { "\(executor.name) \(type)" }
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

  /// Every OpenCL device in every way that it can be used.
  private static let openCL: [ExecutorUnderTest] = {
    let devices = (try? Device.all()) ?? []
    return devices.flatMap { device in
      [(usesHalf: false, fuses: true), (false, false), (true, true)].compactMap { usesHalf, fuses in
        let executor = try? OpenCLExecutor(device, usesHalf: usesHalf, fuses: fuses)
        return executor.map { ExecutorUnderTest($0, usesHalf ? .f16 : .f32) }
      }
    }
  }()
}
