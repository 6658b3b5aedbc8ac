import Foundation
import Synchronization

/// A server on a free port of this machine that says what a test wants.
final class StubServer: Sendable {
  struct Request: Sendable {
    /// From 0.
    let number: Int
    let head: String
    let body: [UInt8]

    /// What was asked, and the picture.
    var question: (text: String, image: Data)? {
      let body = try? JSONSerialization.jsonObject(with: Data(self.body)) as? [String: Any]
      let messages = body?["messages"] as? [[String: Any]]
      let parts = messages?.first?["content"] as? [[String: Any]]
      let url = (parts?.last?["image_url"] as? [String: String])?["url"]
      guard let text = parts?.first?["text"] as? String,
        let image = url.flatMap({ Data(base64Encoded: String($0.drop { $0 != "," }.dropFirst())) })
      else { return nil }
      return (text, image)
    }
  }

  private struct State {
    var requests: [Request] = []
    var open = 0
    var mostOpen = 0
  }

  private let descriptor: Int32
  private let state = Mutex(State())
  let address: String

  var requests: [Request] { state.withLock { $0.requests } }
  /// Requests that there were at once.
  var mostOpen: Int { state.withLock { $0.mostOpen } }

  /// - Parameter answer: all that is answered, from the first line on; nil for nothing ever.
  init(answering answer: @escaping @Sendable (Request) -> String?) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (descriptor, size) = (descriptor, length)
    let failure = withUnsafeMutablePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) + listen(descriptor, 64) + getsockname(descriptor, $0, &length)
      }
    }
    guard failure == 0 else { throw CocoaError(.featureUnsupported) }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread { self.serve(connection, answer) }
      }
    }
  }

  /// Ends the thread that waits for connections.
  func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// A whole answer of 200.
  static func completion(_ text: String) -> String {
    response("200 OK", #"{"choices": [{"message": {"role": "assistant", "content": "\#(text)"}}]}"#)
  }

  static func response(_ status: String, _ body: String, _ headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)"
      + "Connection: close\r\n\r\n\(body)"
  }

  private func serve(_ connection: Int32, _ answer: (Request) -> String?) {
    defer { close(connection) }
    guard let (head, body) = read(connection) else { return }
    let request = state.withLock { state in
      let request = Request(number: state.requests.count, head: head, body: body)
      state.requests.append(request)
      state.open += 1
      state.mostOpen = max(state.mostOpen, state.open)
      return request
    }
    defer { state.withLock { $0.open -= 1 } }
    guard let text = answer(request) else {
      // Until the other side gives up.
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
      return
    }
    _ = text.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
  }

  private func read(_ connection: Int32) -> (String, [UInt8])? {
    let end = Data("\r\n\r\n".utf8)
    var (bytes, block) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      if let head = bytes.range(of: end) {
        let text = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
        let line = text.lowercased().components(separatedBy: "content-length: ").last ?? ""
        let length = Int(line.prefix { $0.isNumber }) ?? 0
        if bytes.count >= head.upperBound + length {
          return (text, [UInt8](bytes[head.upperBound...]))
        }
      }
      let count = recv(connection, &block, block.count, 0)
      guard count > 0 else { return nil }
      bytes.append(contentsOf: block[..<count])
    }
  }
}
