import Glibc
import Tensors

/// Where the bytes of a checkpoint come from.
///
/// A file is read on demand with `pread`, never mapped: a mapped file that shrinks kills the
/// process with SIGBUS, and reading tensor by tensor keeps one of them in memory at a time.
enum ByteSource: Sendable {
  case file(OpenFile)
  case memory(TensorStorage)

  var byteCount: Int {
    switch self {
    case .file(let file): file.byteCount
    case .memory(let storage): storage.byteCount
    }
  }

  /// The bytes of `range`, at an address that is a multiple of `alignment`: borrowed from memory
  /// where they lie so, copied or read into storage of their own otherwise.
  /// - Parameter range: a range within `0..<byteCount`.
  func read(_ range: Range<Int>, alignment: Int) throws(SafetensorsError) -> TensorStorage {
    switch self {
    case .file(let file):
      return try Self.allocate(range.count) { (memory) throws(SafetensorsError) in
        try file.read(at: range.lowerBound, into: memory)
      }
    case .memory(let owner):
      guard range.lowerBound >= 0, range.upperBound <= owner.byteCount else {
        throw .shrank(reading: range)
      }
      let slice = owner.withBytes { UnsafeRawBufferPointer(rebasing: $0[range]) }
      if UInt(bitPattern: slice.baseAddress) % UInt(alignment) == 0 {
        return TensorStorage(borrowing: slice) { withExtendedLifetime(owner) {} }
      }
      return try Self.allocate(range.count) { (memory) throws(SafetensorsError) in
        withExtendedLifetime(owner) { memory.copyMemory(from: slice) }
      }
    }
  }

  /// Allocates at the alignment of ``TensorStorage``; unlike Swift's own allocation it fails with
  /// an error, since a sparse file may truthfully claim more than there is memory.
  private static func allocate(
    _ byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) -> TensorStorage {
    var allocated: UnsafeMutableRawPointer?
    guard posix_memalign(&allocated, TensorStorage.alignment, max(byteCount, 1)) == 0,
      let allocated
    else { throw .outOfMemory(bytes: byteCount) }
    nonisolated(unsafe) let base = allocated
    let memory = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    let storage = TensorStorage(borrowing: UnsafeRawBufferPointer(memory)) { free(base) }
    try fill(memory)
    return storage
  }
}
