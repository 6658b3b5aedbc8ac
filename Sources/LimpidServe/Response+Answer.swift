import HTTPTypes
import Hummingbird
import Serving

extension Response {
  /// - Parameter more: headers besides the answer's own.
  init(
    _ answer: ServerAnswer, _ more: [(name: String, value: String)], _ writer: AnswerWriter
  ) {
    self.init(
      status: .init(code: answer.status), headers: HTTPFields(answer.headers + more),
      body: writer.body(answer.body))
  }

  /// The same, after which the connection ends: not all of the request was read.
  var last: Response {
    let body = body
    return Response(
      status: status, headers: headers,
      body: ResponseBody(contentLength: body.contentLength) { writer in
        try await body.write(writer)
        throw UnreadRequest()
      })
  }
}

/// Ends a connection of which nothing more is read.
private struct UnreadRequest: Error {}

extension HTTPFields {
  /// What is no header's name is left out.
  fileprivate init(_ headers: [(name: String, value: String)]) {
    self.init()
    let fixed = [("x-content-type-options", "nosniff"), ("cache-control", "no-store")]
    for (name, value) in headers + fixed {
      if let name = HTTPField.Name(name) { append(HTTPField(name: name, value: value)) }
    }
  }
}
