import Hummingbird
import Serving

/// Reads a request's body, which may be long, slow or without an end. It is read once.
struct BodyReader {
  private let body: RequestBody
  private let limit: Int
  private let seconds: Int

  /// How long is read on, so that who still sends gets to read why that is in vain.
  private static let patience = Duration.seconds(1)

  init(_ body: RequestBody, _ limit: Int, _ seconds: Int) {
    (self.body, self.limit, self.seconds) = (body, limit, seconds)
  }

  /// Reads for a moment, and keeps nothing.
  func discard() async {
    await withTaskGroup(of: Void.self) { group in
      let body = body
      group.addTask {
        do {
          for try await _ in body {}
        } catch {}
      }
      group.addTask { try? await Task.sleep(for: Self.patience) }
      await group.next()
      group.cancelAll()
    }
  }

  /// - Parameter reservation: grows with what is read.
  /// - Throws: ``RequestFault`` for more bytes than may come, or a body that takes too long.
  func bytes(_ reservation: Admission.Reservation) async throws -> [UInt8] {
    let (refusals, refuse) = AsyncStream<RequestFault>.makeStream()
    let (body, limit, seconds) = (body, limit, seconds)
    return try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { try await Self.read(body, limit, reservation) { refuse.yield($0) } }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw RequestFault(408, "too_slow", "the request did not come in time")
      }
      group.addTask {
        for await fault in refusals {
          try await Task.sleep(for: Self.patience)
          throw fault
        }
        throw CancellationError()
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }

  /// - Parameter refuse: told what is wrong, before what is sent besides is read.
  private static func read(
    _ body: RequestBody, _ limit: Int, _ reservation: Admission.Reservation,
    _ refuse: (RequestFault) -> Void
  ) async throws -> [UInt8] {
    var (bytes, refusal) = ([UInt8](), RequestFault?.none)
    for try await part in body where refusal == nil {
      do throws(RequestFault) {
        guard bytes.count + part.readableBytes <= limit else { throw Gate.tooLarge(limit) }
        try reservation.add(part.readableBytes)
        bytes.append(contentsOf: part.readableBytesView)
      } catch {
        refuse(error)
        (bytes, refusal) = ([], error)
      }
    }
    if let refusal { throw refusal }
    return bytes
  }
}
