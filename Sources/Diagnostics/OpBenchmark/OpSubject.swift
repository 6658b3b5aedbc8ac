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
  /// How it runs otherwise than is usual there; nil where it does not.
  package private(set) var deviation: Deviation?

  /// A way to run kernels that is not the one that a device usually takes.
  package enum Deviation: Hashable, Sendable, CustomStringConvertible {
    /// With matrix instructions of 32 lanes alone.
    case lanes
    /// With another value of one choice of its tuning.
    case setting(ChoiceSetting)

    package var description: String {
      switch self {
      case .lanes: "lanes"
      case .setting(let setting): setting.description
      }
    }
  }

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

  /// The same on the same device in another way; nil for the usual one.
  package func deviating(_ deviation: Deviation?) -> OpSubject {
    var subject = self
    subject.deviation = deviation
    return subject
  }

  /// What names the subject in results of other runs.
  package var key: String {
    "\(benchmark.name), \(height)x\(width), batch \(batch), \(dtype)"
      + (family.map { ", \($0) kernels" } ?? "") + (deviation.map { ", \($0)" } ?? "")
  }

  var subject: OpCase { benchmark.subject(batch: batch, size: (height, width)) }
}
