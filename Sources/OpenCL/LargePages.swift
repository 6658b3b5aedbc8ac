import Glibc

/// Host memory on pages of 2 MiB, for buffers of devices that compute in host memory: kernels that
/// stream weights lose up to a fifth of their time to translating addresses on pages of 4 KiB.
final class LargePages {
  static let pageSize = 2 << 20

  let start: UnsafeMutableRawPointer
  private let byteCount: Int

  /// Whole pages are large, the rest small; nil when there is no memory.
  init?(byteCount: Int) {
    let size = Self.roundUp(byteCount, to: Int(getpagesize()))
    let reserved = size + Self.pageSize
    guard
      let memory = mmap(
        nil, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      memory != MAP_FAILED
    else { return nil }
    let address = Int(bitPattern: memory)
    let head = Self.roundUp(address, to: Self.pageSize) - address
    start = memory + head
    self.byteCount = size
    if head > 0 { munmap(memory, head) }
    munmap(start + size, reserved - head - size)
    // Without large pages the memory is slower and no less usable.
    madvise(start, size, MADV_HUGEPAGE)
  }

  deinit { munmap(start, byteCount) }

  private static func roundUp(_ count: Int, to multiple: Int) -> Int {
    (count + multiple - 1) / multiple * multiple
  }
}
