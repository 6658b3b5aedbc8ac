import Processes
import Testing

@testable import Batch

/// The parts that processes of devices are fed by.
@Suite struct WorkerPartTests {
  @Test func aProcessTakesTwoBatchesInTheirOrder() {
    var traffic = LaneTraffic(weight: 10)
    let batches = (0..<3).map { _ in traffic.arrive(weight: 2, isAlone: false) }
    #expect([1, 0, 1, 2].map { traffic.enter(batches[$0]) } == [false, true, true, false])
    traffic.leave(batches[0])
    let isLastIn = traffic.enter(batches[2])
    #expect(isLastIn && traffic.count == 2)
  }

  @Test func aSuspectIsAloneAndNotOvertaken() {
    var traffic = LaneTraffic(weight: 10)
    let batches = [false, true, false].map { traffic.arrive(weight: 1, isAlone: $0) }
    #expect([0, 1, 2].map { traffic.enter(batches[$0]) } == [true, false, false])
    traffic.leave(batches[0])
    #expect([2, 1, 2].map { traffic.enter(batches[$0]) } == [false, true, false])
    traffic.leave(batches[1])
    let isLastIn = traffic.enter(batches[2])
    #expect(isLastIn)
  }

  @Test func largeBatchesGoOneByOne() {
    var traffic = LaneTraffic(weight: 10)
    let batches = [20, 1].map { traffic.arrive(weight: $0, isAlone: false) }
    #expect([0, 1].map { traffic.enter(batches[$0]) } == [true, false])
    traffic.leave(batches[0])
    let isSmallIn = traffic.enter(batches[1])
    #expect(isSmallIn)
  }

  /// One that would wait behind another leaves enough for those that have nothing to do.
  @Test func waitingImagesAreSpared() throws {
    let queue = BoundedQueue<Int>(capacity: 4, weight: 100)
    for i in 0..<2 { #expect(queue.put(i, weight: 1)) }
    var taken: [[Int]] = []
    #expect(queue.take(sparing: { 1 }, marking: { taken.append($0) }) == [0])
    WorkThread.start { _ = queue.put(2, weight: 1) }
    #expect(queue.take(sparing: { 1 }, marking: { taken.append($0) }) == [1])
    #expect(taken == [[0], [1]])
  }

  /// One alone waits for another as long as that may take, and no longer than there may be any.
  @Test func oneWaitsForAnother() {
    let queue = BoundedQueue<Int>(capacity: 4, weight: 100)
    for i in 0..<3 { #expect(queue.put(i, weight: 1)) }
    func take() -> [Int]? {
      queue.take(upTo: { _ in 2 }, delay: .seconds(8), joining: { _, _ in true })
    }
    #expect(take() == [0, 1])
    WorkThread.start { _ = queue.put(3, weight: 1) }
    #expect(take() == [2, 3])
    #expect(queue.put(4, weight: 1))
    queue.close()
    #expect(take() == [4])
  }
}
