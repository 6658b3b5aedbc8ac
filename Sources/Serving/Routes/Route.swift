/// What can be asked for.
package enum Route: String, CaseIterable, Sendable {
  case restore = "POST /v1/restore"
  case edit = "POST /v1/images/edits"
  case createJob = "POST /v1/jobs"
  case listJobs = "GET /v1/jobs"
  case job = "GET /v1/jobs/{id}"
  case deleteJob = "DELETE /v1/jobs/{id}"
  case jobResult = "GET /v1/jobs/{id}/result"
  case jobEvents = "GET /v1/jobs/{id}/events"
  case page = "GET /"
  case models = "GET /v1/models"
  case capabilities = "GET /v1/capabilities"
  case description = "GET /openapi.json"
  case health = "GET /healthz"
  case readiness = "GET /readyz"
  case metrics = "GET /metrics"

  private var words: [Substring] { rawValue.split(separator: " ") }
  package var method: String { String(words[0]) }
  /// With `{id}` for what differs.
  package var path: String { String(words[1]) }

  var takesBody: Bool { [.restore, .edit, .createJob].contains(self) }
  /// Probes, the description and the page, which asks for a key itself, are for everybody.
  var needsKey: Bool { ![.health, .readiness, .description, .page].contains(self) }

  /// - Returns: the route, and what stands in the path for `{id}`.
  /// - Throws: ``RequestFault`` of status 404, or 405 for another method.
  package static func find(
    _ method: String, _ path: String
  ) throws(RequestFault) -> (route: Route, id: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let fitting = allCases.filter { $0.fits(parts) }
    guard !fitting.isEmpty else { throw .notFound }
    guard let route = fitting.first(where: { $0.method == method }) else {
      let methods = fitting.map(\.method).joined(separator: ", ")
      var fault = RequestFault(405, "wrong_method", "here are only \(methods)")
      fault.allowed = methods
      throw fault
    }
    return (route, parts.count > 3 ? String(parts[3]) : "")
  }

  private func fits(_ parts: [Substring]) -> Bool {
    let own = path.split(separator: "/", omittingEmptySubsequences: false)
    return own.count == parts.count
      && zip(own, parts).allSatisfy { $0 == $1 || $0 == "{id}" && !$1.isEmpty }
  }
}
