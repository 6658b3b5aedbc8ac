/// A job as it goes on.
extension ServedJob {
  /// Its snapshots as server-sent events (HTML Living Standard, 9.2) until it has ended. Between
  /// them a comment says now and then that the server is there.
  func events() -> AsyncStream<String> {
    let (stream, continuation) = AsyncStream<String>.makeStream(
      bufferingPolicy: .bufferingNewest(64))
    let pulse = Task {
      while (try? await Task.sleep(for: .seconds(10))) != nil { continuation.yield(":\n\n") }
    }
    let tale = Task {
      for await _ in changes() where !isOver { continuation.yield(event) }
      continuation.yield(event)
      continuation.finish()
    }
    continuation.onTermination = { _ in
      pulse.cancel()
      tale.cancel()
    }
    return stream
  }

  private var event: String {
    let snapshot = snapshot
    return "event: \(snapshot.state.rawValue)\ndata: \(ServerAnswer.json(snapshot))\n\n"
  }
}
