import Conformance
import Execution
import OpenCLExecutor
import Tensors

/// An op that is timed: what it is, and where and how it runs.
package struct OpSubject: Sendable {
  package let benchmark: BenchmarkCase
  package let batch: Int
  package let height: Int
  package let width: Int
  package let device: DeviceSelector
  package let dtype: DType
  /// nil for the kernels that are made for the device.
  package let family: KernelFamily?
  /// Whether products in f16 may be those of warpgroups.
  package private(set) var usesWarpgroups = true

  /// - Parameter size: height and width; nil for the case's own.
  package init(
    _ benchmark: BenchmarkCase, batch: Int, size: (height: Int, width: Int)?,
    on device: DeviceSelector, _ dtype: DType, _ family: KernelFamily?
  ) {
    (self.benchmark, self.batch) = (benchmark, batch)
    (height, width) = size ?? (benchmark.height, benchmark.width)
    (self.device, self.dtype, self.family) = (device, dtype, family)
  }

  /// The same on another device, or with other kernels.
  package func on(_ device: DeviceSelector, _ family: KernelFamily?) -> OpSubject {
    OpSubject(
      benchmark, batch: batch, size: (height, width), on: device, dtype, family)
  }

  /// The same with matrix instructions of 32 lanes alone.
  package var withoutWarpgroups: OpSubject {
    var subject = self
    subject.usesWarpgroups = false
    return subject
  }

  /// What names the subject in results of other runs.
  package var key: String {
    "\(benchmark.name), \(height)x\(width), batch \(batch), \(dtype)"
      + (family.map { ", \($0) kernels" } ?? "")
  }

  var subject: OpCase { benchmark.subject(batch: batch, size: (height, width)) }
}
