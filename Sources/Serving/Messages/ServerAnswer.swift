import Foundation

/// An answer, apart from how it goes.
package struct ServerAnswer: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Parts of a text that come one after the other.
    case stream(AsyncStream<String>)
  }

  package let status: Int
  package var headers: [(name: String, value: String)]
  package let body: Body

  package init(_ status: Int, _ type: String, _ body: Body) {
    (self.status, self.body) = (status, body)
    headers = [("content-type", type)]
  }

  package init(_ status: Int, text: String, _ type: String = "text/plain; charset=utf-8") {
    self.init(status, type, .bytes(Array(text.utf8)))
  }

  package init(_ status: Int = 200, json value: some Encodable) {
    self.init(status, text: Self.json(value), "application/json")
  }

  package init(_ fault: RequestFault) {
    self.init(fault.status, json: ["error": ["code": fault.code, "message": fault.message]])
    if let seconds = fault.retryAfter { headers.append(("retry-after", "\(seconds)")) }
    if let methods = fault.allowed { headers.append(("allow", methods)) }
    if fault.status == 401 { headers.append(("www-authenticate", "Bearer")) }
  }

  /// On one line.
  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }
}
