import COpenCL
import Synchronization

/// The account of a context's buffers, with a limit that makes a device look smaller than it is.
package final class DeviceMemory: Sendable {
  private let limit: Atomic<Int>
  private let used = Atomic<Int>(0)
  private let highest = Atomic<Int>(0)

  /// - Parameter limit: bytes that buffers may take together.
  package init(limit: Int = .max) { self.limit = Atomic(limit) }

  /// Bytes that buffers take now.
  package var bytes: Int { used.load(ordering: .relaxed) }

  /// The most bytes that buffers have taken since the last call.
  package func takePeak() -> Int { highest.exchange(bytes, ordering: .relaxed) }

  package func setLimit(_ bytes: Int) { limit.store(bytes, ordering: .relaxed) }

  /// - Throws: what a full device answers.
  func reserve(_ byteCount: Int) throws(OpenCLError) {
    let total = used.wrappingAdd(byteCount, ordering: .relaxed).newValue
    guard total <= limit.load(ordering: .relaxed) else {
      release(byteCount)
      throw OpenCLError(
        call: "clCreateBuffer(\(byteCount) bytes)", code: CL_MEM_OBJECT_ALLOCATION_FAILURE)
    }
    highest.max(total, ordering: .relaxed)
  }

  func release(_ byteCount: Int) { used.wrappingSubtract(byteCount, ordering: .relaxed) }
}
