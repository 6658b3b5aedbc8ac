import CServing

/// How the server's memory is had from the system: left to itself, it would rise and fall with the
/// pictures that happen to be at hand, in more and more places, by a tenth of all of it.
package enum Memory {
  /// A block of so many bytes is the system's again when it is no longer needed: that of a large
  /// picture.
  private static let largest: Int32 = 4 << 20
  /// Smaller blocks stay for the next pictures, as long as no more bytes than these are free.
  private static let kept: Int32 = 64 << 20
  /// Places that blocks of all threads are in: with more, each grows to what it held at most.
  private static let arenas: Int32 = 1

  /// Called before there are threads, each of which would have a place of its own.
  package static func settle() {
    mallopt(M_MMAP_THRESHOLD, largest)
    mallopt(M_TRIM_THRESHOLD, kept)
    mallopt(M_ARENA_MAX, arenas)
  }
}
