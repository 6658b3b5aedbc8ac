import Foundation
import Images
import JSON
import Paths
import Pictures

/// A server that answers as OpenAI's chat completions do, to pictures as well: llama-server, vLLM
/// and others.
package struct ChatEndpoint: Sendable {
  package struct Options: Sendable {
    /// What the server calls its model; nil for the one that it has.
    package var model: String?
    /// Sent along; nil for none.
    package var key: String?
    /// Seconds that an answer may take.
    package var patience = 120
    /// Times that a request is made again that had no answer.
    package var retries = 3
    /// Requests at once.
    package var requests = 4
    /// Tokens of an answer at most.
    package var limit = 512

    package init() {}
  }

  let url: String
  let options: Options

  /// Whether a text is an address and no file.
  package static func isAddress(_ text: String) -> Bool {
    ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
  }

  /// - Parameter address: of the server, of its `/v1`, or of all up to `/chat/completions`.
  /// - Throws: a usage error for what is no address, or holds a password.
  package init(_ address: String, _ options: Options) throws(LimpidError) {
    let isPlain = address.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard isPlain, let parts = URLComponents(string: address), parts.host?.isEmpty == false,
      parts.query == nil, parts.fragment == nil
    else { throw LimpidError(.usage, "\(quoted(address)) is no address of a server") }
    guard parts.user == nil, parts.password == nil else {
      throw LimpidError(.usage, "an address holds no password; keys come from a file")
    }
    let base = String(address.reversed().drop { $0 == "/" }.reversed())
    let ending = "/chat/completions"
    url =
      base.hasSuffix(ending) ? base : base + (base.hasSuffix("/v1") ? ending : "/v1" + ending)
    self.options = options
  }

  /// The key in a file, which is its only line.
  package static func key(in path: Path) throws(LimpidError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try InputFile.read(path, limit: 1 << 12)
    } catch {
      throw LimpidError(error, subject: path)
    }
    let key = String(decoding: bytes, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw LimpidError(.badData, "\(path): it holds no key")
    }
    return key
  }

  /// Lines of a request's head.
  var headers: [String] {
    // Without the last, libcurl asks first whether it may send a large body.
    ["Content-Type: application/json", "Expect:"]
      + (options.key.map { ["Authorization: Bearer \($0)"] } ?? [])
  }
}
