import OpenCL

/// A copy of more memory than caches hold: what runs after it finds them cold.
package struct Eviction: Sendable {
  private static let byteCount = 96 << 20

  private let source: Buffer
  private let target: Buffer

  /// - Throws: where a device has not so much memory.
  package init(_ executor: OpenCLExecutor) throws {
    source = try Buffer(executor.context, byteCount: Self.byteCount)
    target = try Buffer(executor.context, byteCount: Self.byteCount)
    // Memory that nothing was written to may be one page over and over.
    try executor.queue.copy(target, to: source)
    try executor.queue.finish()
  }

  func enqueue(on queue: Queue) throws(OpenCLError) { try queue.copy(source, to: target) }
}
