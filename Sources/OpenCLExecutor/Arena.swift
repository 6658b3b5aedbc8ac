/// Where values live in shared slabs of device memory, so that values whose lifetimes do not
/// overlap use the same bytes.
struct ArenaLayout: Equatable {
  struct Request: Equatable {
    /// Bytes.
    let size: Int
    /// The first and last step that touches the value.
    let lifetime: ClosedRange<Int>
  }

  struct Place: Equatable {
    let slab: Int
    /// Bytes from the slab's start.
    let offset: Int
  }

  /// One for each request.
  let places: [Place]
  /// Bytes of each slab.
  let slabs: [Int]

  var byteCount: Int { slabs.reduce(0, +) }

  /// Places large requests first, each at the lowest offset where nothing overlaps it.
  /// - Parameters:
  ///   - alignment: every offset is a multiple of it.
  ///   - slabLimit: no slab grows past it unless a single request does.
  init(_ requests: [Request], alignment: Int, slabLimit: Int) {
    var places = [Place](repeating: Place(slab: 0, offset: 0), count: requests.count)
    var slabs: [Int] = []
    var members: [[(offset: Int, end: Int, lifetime: ClosedRange<Int>)]] = []
    let order = requests.indices.sorted {
      (requests[$0].size, $1) > (requests[$1].size, $0)
    }
    for index in order {
      let size = roundUp(max(requests[index].size, 1), to: alignment)
      let lifetime = requests[index].lifetime
      var chosen: Place?
      for slab in slabs.indices {
        let rivals = members[slab].filter { $0.lifetime.overlaps(lifetime) }
        let offset = Self.gap(for: size, among: rivals.map { ($0.offset, $0.end) })
        if offset + size <= slabLimit {
          chosen = Place(slab: slab, offset: offset)
          break
        }
      }
      let place = chosen ?? Place(slab: slabs.count, offset: 0)
      if place.slab == slabs.count {
        slabs.append(0)
        members.append([])
      }
      slabs[place.slab] = max(slabs[place.slab], place.offset + size)
      members[place.slab].append((place.offset, place.offset + size, lifetime))
      places[index] = place
    }
    self.places = places
    self.slabs = slabs
  }

  /// The lowest offset at which `size` bytes fit between `taken` spans.
  private static func gap(for size: Int, among taken: [(start: Int, end: Int)]) -> Int {
    var offset = 0
    for span in taken.sorted(by: { $0.start < $1.start }) {
      if offset + size <= span.start { break }
      offset = max(offset, span.end)
    }
    return offset
  }
}
