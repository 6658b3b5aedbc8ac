import JSON
import Pictures

/// Why a server gave no answer to a question.
enum ChatFault: Error {
  case unasked(HTTPPost.Fault)
  /// It answered with another status than 200.
  case refused(status: Int, pause: Int?)
  /// It answered with something else; its beginning.
  case strange(String)

  /// Posts a question and reads the answer.
  static func text(of post: HTTPPost, unless isOver: () -> Bool) throws(ChatFault) -> String {
    let answer: HTTPPost.Answer
    do throws(HTTPPost.Fault) {
      answer = try post.answer(unless: isOver)
    } catch {
      throw .unasked(error)
    }
    guard answer.status == 200 else {
      throw .refused(status: answer.status, pause: answer.pause)
    }
    guard let text = ChatQuestion.text(of: answer.body) else {
      let beginning = String(decoding: answer.body.prefix(40), as: UTF8.self)
      throw .strange(beginning.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }
    return text
  }

  /// Whether it may go well another time.
  var isPassing: Bool {
    switch self {
    case .unasked(.slow), .unasked(.unreached): true
    case .refused(let status, _): status == 408 || status == 429 || status >= 500
    default: false
    }
  }

  /// Seconds that the server asks to wait for.
  var pause: Double? {
    if case .refused(_, let pause?) = self { Double(pause) } else { nil }
  }

  /// One line. What has nothing to do with the picture ends the run.
  func error(of endpoint: ChatEndpoint) -> LimpidError {
    func error(_ kind: LimpidError.Kind, _ what: String, endsRun: Bool = false) -> LimpidError {
      LimpidError(kind, "\(endpoint.url) \(what)", endsRun: endsRun)
    }
    switch self {
    case .unasked(.missing):
      return LimpidError(
        .unavailable, "\(endpoint.url): libcurl.so.4 is missing (Debian's libcurl4)", endsRun: true)
    case .unasked(.unreached(let why)):
      return error(.temporary, "is not reached: \(why)", endsRun: true)
    case .unasked(.slow):
      return error(.temporary, "gave no answer within \(endpoint.options.patience) s")
    case .unasked(.talkative): return error(.failed, "answered more than \(HTTPPost.limit) bytes")
    case .unasked(.stopped): return error(.interrupted, "was not waited for")
    case .refused(300..<400, _):
      return error(.unavailable, "leads to another place, which is not followed", endsRun: true)
    case .refused(let status, _) where [401, 403, 404].contains(status):
      return error(.unavailable, "answered with status \(status)", endsRun: true)
    case .refused(let status, _):
      return error(isPassing ? .temporary : .failed, "answered with status \(status)")
    case .strange(let beginning):
      return error(.failed, "answered with no chat completion but \(quoted(beginning))")
    }
  }
}
