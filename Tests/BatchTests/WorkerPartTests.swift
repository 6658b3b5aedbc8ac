import Glibc
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

  private struct Message: Codable, Equatable {
    let text: String
  }

  private static func sockets() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    return (ends[0], ends[1])
  }

  @Test func messagesArriveWhole() throws {
    let (near, far) = try Self.sockets()
    defer { for end in [near, far] { close(end) } }
    let floats = (0..<1_000_000).map(Float.init)
    WorkThread.start {
      let channel = MessageChannel(descriptor: near)
      try? channel.send(Message(text: "ä\n"), [floats, [1, 2]], patience: .seconds(60))
      try? channel.send(Message(text: ""))
    }
    let channel = MessageChannel(descriptor: far)
    let first = try channel.receive(Message.self, patience: .seconds(60))
    #expect(first.0 == Message(text: "ä\n") && first.1 == floats + [1, 2])
    #expect(try channel.receive(Message.self).1.isEmpty)
  }

  @Test func nobodyWaitsLongForAnOtherEndThatIsSilent() throws {
    let (near, far) = try Self.sockets()
    defer { for end in [near, far] { close(end) } }
    let channel = MessageChannel(descriptor: near)
    let floats = [Float](repeating: 0, count: 1 << 20)
    for isSending in [false, true] {
      do {
        if isSending {
          try channel.send(Message(text: ""), [floats], patience: .milliseconds(50))
        } else {
          _ = try channel.receive(Message.self, patience: .milliseconds(50))
        }
        Issue.record("there was an answer")
      } catch MessageChannel.Fault.silent {}
    }
  }
}
