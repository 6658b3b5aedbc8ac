import Hummingbird
import Serving

/// Writes answers to clients, which may take them slowly or not at all.
struct AnswerWriter: Sendable {
  /// In which a client has to take what is there.
  let seconds: Int
  /// Ends the connection of one that does not.
  let disconnect: @Sendable () -> Void

  func body(_ body: ServerAnswer.Body) -> ResponseBody {
    switch body {
    case .bytes(let bytes):
      ResponseBody(contentLength: bytes.count) { writer in
        try await write(bytes, &writer)
        try await writer.finish(nil)
      }
    case .stream(let texts):
      ResponseBody { writer in
        for await text in texts { try await write(Array(text.utf8), &writer) }
        try await writer.finish(nil)
      }
    }
  }

  private func write(_ bytes: [UInt8], _ writer: inout any ResponseBodyWriter) async throws {
    let watch = Task {
      try await Task.sleep(for: .seconds(seconds))
      disconnect()
    }
    defer { watch.cancel() }
    var rest = bytes[...]
    while !rest.isEmpty {
      try await writer.write(ByteBuffer(bytes: rest.prefix(1 << 18)))
      rest = rest.dropFirst(1 << 18)
    }
  }
}
