import Conformance
import Testing

@testable import OpenCLExecutor

@Suite struct ArenaTests {
  /// Values that live at the same time never share a byte, whatever the lifetimes.
  @Test(arguments: 0..<40) func livingValuesDoNotOverlap(seed: Int) {
    let requests = randomRequests(seed: seed)
    let layout = ArenaLayout(requests, alignment: 128, slabLimit: 20_000)
    for (a, first) in requests.enumerated() {
      #expect(layout.places[a].offset.isMultiple(of: 128))
      #expect(layout.places[a].offset + first.size <= layout.slabs[layout.places[a].slab])
      for (b, second) in requests.enumerated().dropFirst(a + 1)
      where first.lifetime.overlaps(second.lifetime) {
        let (p, q) = (layout.places[a], layout.places[b])
        #expect(
          p.slab != q.slab || p.offset + first.size <= q.offset
            || q.offset + second.size <= p.offset)
      }
    }
  }

  @Test func disjointLifetimesShareMemory() {
    let requests = (0..<10).map { ArenaLayout.Request(size: 1000, lifetime: $0...$0) }
    #expect(ArenaLayout(requests, alignment: 128, slabLimit: 1 << 20).byteCount == 1024)
  }

  @Test func slabsStayUnderTheLimit() {
    let requests = (0..<10).map { _ in ArenaLayout.Request(size: 1000, lifetime: 0...1) }
    let layout = ArenaLayout(requests, alignment: 128, slabLimit: 3000)
    #expect(layout.slabs == [2048, 2048, 2048, 2048, 2048])
  }

  private func randomRequests(seed: Int) -> [ArenaLayout.Request] {
    let stream = SeededStream(named: "arena \(seed)")
    return (0..<60).map { index in
      let start = Int(stream.bits(3 * index) % 30)
      let length = Int(stream.bits(3 * index + 1) % 8)
      return ArenaLayout.Request(
        size: Int(stream.bits(3 * index + 2) % 9000), lifetime: start...(start + length))
    }
  }
}
