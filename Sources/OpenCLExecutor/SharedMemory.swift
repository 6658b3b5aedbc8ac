import OpenCL
import Synchronization

/// The device memory that plans of one network share: parameters, and values that stay between
/// runs.
final class SharedMemory: Sendable {
  private struct Contents {
    var constants: [String: Buffer] = [:]
    var kept: [Buffer] = []
  }

  private let contents = Mutex(Contents())
  /// Taken by a run of any of the plans.
  let runs = Mutex(())

  /// The buffer for a constant, and whether it has to be written.
  func buffer(
    for constant: Constant, _ context: Context
  ) throws -> (buffer: Buffer, isNew: Bool) {
    if let name = constant.name, let known = contents.withLock({ $0.constants[name] }) {
      return (known, false)
    }
    let buffer = try Buffer(context, byteCount: max(constant.byteCount, 1))
    if let name = constant.name { contents.withLock { $0.constants[name] = buffer } }
    return (buffer, true)
  }

  /// The values that stay, zeros at first.
  /// - Parameter sizes: in bytes; the same for every plan.
  func kept(_ sizes: [Int], _ context: Context, _ queue: Queue) throws -> [Buffer] {
    let known = contents.withLock { $0.kept }
    guard known.isEmpty else { return known }
    let buffers = try sizes.map { size in
      let buffer = try Buffer(context, byteCount: max(size, 1))
      let memory = try queue.map(buffer)
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      try queue.unmap(memory, from: buffer)
      return buffer
    }
    contents.withLock { $0.kept = buffers }
    return buffers
  }
}
