/// Immutable bytes behind one or more tensors, aligned for vector loads.
package final class TensorStorage: Sendable {
  /// Alignment of owned storage in bytes: one cache line, one 512-bit vector.
  package static let alignment = 64

  private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let release: @Sendable () -> Void

  /// Allocates `byteCount` bytes and lets `fill` write all of them.
  package init(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: byteCount, alignment: Self.alignment)
    nonisolated(unsafe) let base = memory.baseAddress
    bytes = UnsafeRawBufferPointer(memory)
    release = { base?.deallocate() }
    try fill(memory)
  }

  /// Borrows bytes that stay valid until `release` is called.
  package init(borrowing bytes: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
    self.bytes = bytes
    self.release = release
  }

  deinit { release() }

  package var byteCount: Int { bytes.count }

  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    try body(bytes)
  }
}
