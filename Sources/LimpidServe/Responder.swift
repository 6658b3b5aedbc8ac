import Hummingbird
import LimpidCommand
import Serving

/// Takes requests off the library's hands, and gives answers back.
struct Responder: HTTPResponder {
  typealias Context = ServingContext

  let server: PictureServer
  let gate: Gate
  let limits: ServeLimits

  func respond(to request: Request, context: ServingContext) async throws -> Response {
    let head = ServerRequest(request)
    let more = gate.crossOriginHeaders(for: head)
    let end = more + [("connection", "close")]
    let writer = AnswerWriter(seconds: limits.bodySeconds, disconnect: context.disconnect)
    if let answer = gate.preflight(head) { return Response(answer, more, writer) }
    do {
      let owner = try await owner(of: head, request.body)
      guard gate.limit(of: head) > 0 else {
        let answer = await server.answer(head, of: owner, server.reservation())
        return Response(answer, more, writer)
      }
      return Response(try await answer(head, request.body, owner), end, writer)
    } catch let fault as RequestFault {
      return Response(ServerAnswer(fault), end, writer).last
    }
  }

  /// - Throws: ``RequestFault``, after what the client sends meanwhile.
  private func owner(of head: ServerRequest, _ body: RequestBody) async throws -> String {
    do throws(RequestFault) {
      return try gate.owner(of: head)
    } catch {
      if !["0", nil].contains(head["content-length"]) || head["transfer-encoding"] != nil {
        await BodyReader(body, 0, 0).discard()
      }
      throw error
    }
  }

  /// Answers a request with a body. A client that goes away ends the task, and with it the work.
  private func answer(
    _ head: ServerRequest, _ body: RequestBody, _ owner: String
  ) async throws -> ServerAnswer {
    let limit = gate.limit(of: head)
    return try await body.consumeWithCancellationOnInboundClose { body in
      let reservation = server.reservation()
      var request = head
      request.body = try await BodyReader(body, limit, limits.bodySeconds).bytes(reservation)
      return await server.answer(request, of: owner, reservation)
    }
  }
}

extension ServerRequest {
  /// The head of a request.
  init(_ request: Request) {
    var headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
    if let host = request.head.authority { headers.append(("host", host)) }
    self.init(request.method.rawValue, request.uri.string, headers)
  }
}
