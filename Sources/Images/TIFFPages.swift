/// Where the directories of a TIFF's pictures are.
struct TIFFPages {
  /// Of pictures in their full size, in the order of the file; empty when the file makes no sense.
  private(set) var offsets: [Int] = []
  /// Whether there are smaller versions or masks, which are passed over.
  private(set) var hasOthers = false

  private static let subfileType = 0x00FE
  private static let oldSubfileType = 0x00FF
  private static let subdirectories = 0x014A

  /// - Parameter limit: how many directories are looked at.
  init(_ bytes: UnsafeRawBufferPointer, limit: Int) {
    guard let stream = TagStream(bytes) else { return }
    var (seen, reduced, inner): (Set<Int>, [Int], [Int]) = ([], [], [])
    var link = stream.firstDirectoryLink
    var directory = stream.directory(linkedAt: stream.firstDirectoryLink)
    while let page = directory, seen.insert(page.start).inserted, seen.count <= limit {
      if Self.isReduced(page, stream) {
        reduced.append(page.start)
      } else {
        offsets.append(page.start)
      }
      if offsets.isEmpty { inner += Self.inner(of: page, stream) }
      link = page.link
      directory = stream.directory(linkedAt: page.link)
    }
    // What a link leads to in vain is a page, too, and no good one.
    if directory == nil, let place = stream.link(at: link), place > 0 {
      offsets.append(place)
    }
    if offsets.isEmpty { offsets = Array(inner.filter { !seen.contains($0) }.prefix(1)) }
    if offsets.isEmpty { offsets = Array(reduced.prefix(1)) }
    hasOthers = reduced.contains { !offsets.contains($0) }
  }

  private static func isReduced(
    _ page: TagStream<UnsafeRawBufferPointer>.Directory, _ stream: TagStream<UnsafeRawBufferPointer>
  ) -> Bool {
    page.entries.contains { entry in
      guard let (type, _) = stream.kind(of: entry), let value = stream.value(of: entry) else {
        return false
      }
      let number = stream.number(at: value.lowerBound, size: type == 3 ? 2 : 4) ?? 0
      return switch stream.tag(entry) {
      // Bits for a reduced version and for a mask.
      case subfileType: number & 5 != 0
      case oldSubfileType: number == 2
      default: false
      }
    }
  }

  /// Directories within a page's own that hold pictures in full size.
  private static func inner(
    of page: TagStream<UnsafeRawBufferPointer>.Directory,
    _ stream: TagStream<UnsafeRawBufferPointer>
  ) -> [Int] {
    guard let entry = page.entries.first(where: { stream.tag($0) == subdirectories }),
      let (type, count) = stream.kind(of: entry), let value = stream.value(of: entry),
      value.upperBound <= stream.bytes.count
    else { return [] }
    let size = type == 16 || type == 18 ? 8 : 4
    return (0..<min(count, 16)).compactMap { index in
      stream.directory(at: stream.number(at: value.lowerBound + index * size, size: size))
    }.filter { !isReduced($0, stream) }.map(\.start)
  }
}
