import LimpidCommand
import Pictures

/// Who may ask what, decided by the head of a request, before anything of its body is read.
package struct Gate: Sendable {
  private let keys: APIKeys?
  private let hosts: HostPolicy
  private let limits: ServeLimits

  /// - Throws: ``LimpidError`` for a file of keys that cannot be used.
  package init(_ settings: ServeSettings) throws(LimpidError) {
    keys = try settings.keyFile.map { path throws(LimpidError) in try APIKeys(file: path) }
    hosts = HostPolicy(names: settings.hosts + [settings.host], origins: settings.origins)
    limits = settings.limits
  }

  /// Whose request it is: the name of a key, or the same for all where there are none.
  /// - Throws: ``RequestFault``.
  package func owner(of request: ServerRequest) throws(RequestFault) -> String {
    guard let host = request["host"] else {
      throw RequestFault(400, "bad_request", "the request names no host")
    }
    guard hosts.accepts(host: host) else {
      throw RequestFault(421, "wrong_host", "this server does not go by that name")
    }
    if let origin = request["origin"], !hosts.accepts(origin: origin, to: host) {
      throw RequestFault(403, "wrong_origin", "pages of that origin may not ask")
    }
    let route = try Route.find(request.method, request.path).route
    if let length = request["content-length"].flatMap({ Int($0) }), length > limit(of: route) {
      throw Self.tooLarge(limit(of: route))
    }
    guard let keys, route.needsKey else { return "" }
    guard let owner = key(of: request).flatMap(keys.owner) else {
      throw RequestFault(401, "no_key", "the request has no key, or none of this server's")
    }
    return owner
  }

  /// Bytes that a request's body may have.
  package func limit(of request: ServerRequest) -> Int {
    (try? Route.find(request.method, request.path).route).map(limit) ?? 0
  }

  package static func tooLarge(_ limit: Int) -> RequestFault {
    RequestFault(413, "too_large", "the request has more than \(limit) bytes")
  }

  /// The answer to a browser that asks whether a page of another origin may ask; nil for what is no
  /// such question.
  package func preflight(_ request: ServerRequest) -> ServerAnswer? {
    guard request.method == "OPTIONS", hosts.allowed(request["origin"]) != nil else { return nil }
    return ServerAnswer(204, text: "")
  }

  /// Headers that let pages of other origins read an answer; none where that was not asked for.
  package func crossOriginHeaders(
    for request: ServerRequest
  ) -> [(name: String, value: String)] {
    guard let origin = hosts.allowed(request["origin"]) else { return [] }
    return [
      ("access-control-allow-origin", origin), ("vary", "Origin"),
      ("access-control-allow-methods", "GET, POST, DELETE"),
      ("access-control-allow-headers", "authorization, content-type, x-api-key"),
    ]
  }

  private func limit(of route: Route) -> Int { route.takesBody ? limits.uploadBytes : 0 }

  private func key(of request: ServerRequest) -> String? {
    if let key = request["x-api-key"] { return key }
    guard let value = request["authorization"], value.lowercased().hasPrefix("bearer ") else {
      return nil
    }
    return String(value.dropFirst(7))
  }
}
