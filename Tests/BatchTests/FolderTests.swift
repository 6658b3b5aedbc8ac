import Paths
import Processes
import Testing

@testable import Batch
@testable import Pictures

/// The parts that folders are handled with.
@Suite struct FolderTests {
  @Test func namesFollowTheTemplate() throws {
    var naming = OutputNaming()
    func name(_ relative: Path) -> Path { naming.output(for: FoundImage(relative, relative)) }
    #expect(name("a/b.c.JPG") == "a/b.c.JPG")
    naming.format = .jpeg
    #expect(name("a/b.c.JPG") == "a/b.c.JPG")
    naming.format = .png
    #expect(name("a/b.c.JPG") == "a/b.c.png")
    naming.template = "{parent}-{stem}_{model}.{ext}"
    (naming.model, naming.suffix) = ("net", "+")
    #expect(name("x/a/b.jpg") == "x/a/a-b+_net.png")
    #expect(naming.output(for: FoundImage(named: "x/a/b.jpg")) == "a-b+_net.png")
    #expect(naming.output(for: FoundImage(listed: "./x/b.jpg")) == "x/x-b+_net.png")
    #expect(naming.output(for: FoundImage(listed: "/x/b.jpg")) == "x-b+_net.png")
    (naming.template, naming.scale) = ("{stem}_x{scale}.{ext}", 4)
    #expect(name("a/b.jpg") == "a/b+_x4.png")
    try naming.check()
    for wrong: Path in ["{stm}", "{stem", "stem}", "a/{stem}"] {
      naming.template = wrong
      #expect(throws: LimpidError.self, "\(wrong)") { try naming.check() }
    }
  }

  @Test func shardsDivideEvenly() {
    let names: [Path] = (0..<10_000).map { "folder \($0 % 7)/IMG_\($0).jpg" }
    let parts = Shard.all(of: 8).map { shard in names.filter(shard.contains) }
    #expect(Set(parts.joined()).count == names.count)
    #expect(parts.reduce(0) { $0 + $1.count } == names.count)
    #expect(parts.allSatisfy { (1100...1400).contains($0.count) }, "\(parts.map(\.count))")
    #expect(Shard("3/8") == Shard.all(of: 8)[3])
    for wrong in ["8/8", "-1/8", "1", "a/b", "0/0", "1/2/3"] { #expect(Shard(wrong) == nil) }
  }

  @Test func ledgerLinesThatAreNoneArePassedOver() {
    let end = LedgerRecord(end: .init(restored: 1, failed: 2, skipped: 3))
    let text = end.line + Array("{\"image\":{\"state\"\n\u{1}\n".utf8) + end.line.dropLast()
    let records = LedgerRecord.parse(text)
    #expect(records.count == 2 && records.allSatisfy { $0.end?.failed == 2 })
  }

  @Test func queuesGiveBackAndEnd() throws {
    let queue = BoundedQueue<Int>(capacity: 4, weight: 100)
    for i in 0..<4 { #expect(queue.put(i, weight: 1)) }
    let batch = try #require(queue.take(upTo: { _ in 3 }, joining: { $0 % 2 == $1 % 2 }))
    #expect(batch == [0, 2])
    queue.putBack(2, weight: 1)
    queue.settle(2)
    queue.close()
    #expect(queue.take(where: { $0 > 2 }) == [3])
    #expect(queue.take() == [2])
    #expect(queue.take() == [1])
    queue.settle(3)
    #expect(queue.take() == nil)
  }

  /// Items wait for those that could be taken with them, as long as more are on their way and there
  /// is room.
  @Test func queuesWaitForCompanions() throws {
    let queue = BoundedQueue<Int>(capacity: 4, weight: 4)
    let taken = BoundedQueue<[Int]>(capacity: 8, weight: .max)
    queue.expect(8)
    WorkThread.start {
      while let batch = queue.take(
        upTo: { _ in 2 }, gathering: true, joining: { $0 % 2 == $1 % 2 })
      {
        queue.settle(batch.count)
        _ = taken.put(batch, weight: 0)
      }
    }
    func put(_ items: [Int], weight: Int = 1) {
      for item in items {
        #expect(queue.put(item, weight: weight))
        queue.expect(-1)
      }
    }
    put([1, 2, 3])
    #expect(taken.take() == [[1, 3]])
    // There is no room for what comes next: 2 goes alone.
    put([5], weight: 4)
    #expect(taken.take() == [[2]])
    put([7], weight: 0)
    #expect(taken.take() == [[5, 7]])
    // The last one has nobody to wait for.
    put([4, 9, 6])
    #expect(taken.take() == [[4, 6]])
    #expect(taken.take() == [[9]])
    queue.close()
  }
}
