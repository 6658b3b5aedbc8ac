import Glibc
import Processes
import Testing

@Suite struct MessageChannelTests {
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

  /// Numbers that JSON has no spelling for travel too.
  @Test func messagesHoldWhatIsNotFinite() throws {
    let (near, far) = try Self.sockets()
    defer { for end in [near, far] { close(end) } }
    let numbers = [Double.infinity, -.infinity, .nan, 0.1]
    try MessageChannel(descriptor: near).send(numbers)
    let arrived = try MessageChannel(descriptor: far).receive([Double].self).0
    #expect(arrived[0] == .infinity && arrived[1] == -.infinity && arrived[2].isNaN)
    #expect(arrived[3] == 0.1)
  }
}
