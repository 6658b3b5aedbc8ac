import CHTTP
import Glibc

/// One request to a server, made and waited for.
struct HTTPPost {
  let url: String
  let headers: [String]
  let body: [UInt8]
  /// Seconds that it may take.
  let patience: Int

  /// What a server said.
  struct Answer {
    let status: Int
    /// Seconds that it asks to wait for.
    let pause: Int?
    let body: [UInt8]
  }

  enum Fault: Error {
    /// libcurl is not there.
    case missing
    case unreached(String)
    case slow
    case talkative
    case stopped
  }

  /// Bytes that an answer may have.
  static let limit = 1 << 20

  /// - Parameter isOver: asked about once a second whether to stop.
  func answer(unless isOver: () -> Bool) throws(Fault) -> Answer {
    var answer = limpid_http_answer()
    let outcome = withoutActuallyEscaping(isOver) { isOver in
      perform(Watch(isOver), &answer)
    }
    defer { free(answer.data) }
    switch outcome {
    case LIMPID_HTTP_MISSING: throw .missing
    case LIMPID_HTTP_SLOW: throw .slow
    case LIMPID_HTTP_TALKATIVE: throw .talkative
    case LIMPID_HTTP_STOPPED: throw .stopped
    case LIMPID_HTTP_UNREACHED: throw .unreached(Self.text(&answer.message))
    default: break
    }
    let bytes = UnsafeRawBufferPointer(start: answer.data, count: answer.size)
    return Answer(
      status: answer.status, pause: answer.retry_after < 0 ? nil : answer.retry_after,
      body: Array(bytes))
  }

  private final class Watch {
    let isOver: () -> Bool
    init(_ isOver: @escaping () -> Bool) { self.isOver = isOver }
  }

  private func perform(_ watch: Watch, _ answer: inout limpid_http_answer) -> limpid_http_outcome {
    let lines = headers.map { strdup($0) }
    defer { for line in lines { free(line) } }
    let ended: [UnsafePointer<CChar>?] = lines.map { UnsafePointer($0) } + [nil]
    return url.withCString { url in
      ended.withUnsafeBufferPointer { headers in
        body.withUnsafeBytes { body in
          var request = limpid_http_request()
          request.url = url
          request.headers = headers.baseAddress
          request.body = body.baseAddress?.assumingMemoryBound(to: CChar.self)
          request.body_size = body.count
          (request.seconds, request.limit) = (patience, Self.limit)
          request.context = Unmanaged.passUnretained(watch).toOpaque()
          request.is_over = { Unmanaged<Watch>.fromOpaque($0!).takeUnretainedValue().isOver() }
          return limpid_http_post(&request, &answer)
        }
      }
    }
  }

  private static func text(_ message: inout some Any) -> String {
    withUnsafeBytes(of: &message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
