import Forms
import Pictures

/// Why a request is not answered as it was meant, in words for whoever sent it: they name no path
/// and nothing of the machine.
package struct RequestFault: Error, Hashable, Sendable {
  /// Of HTTP.
  package let status: Int
  /// One word for programs.
  package let code: String
  package let message: String
  /// Seconds after which the same may go well; nil where it will not.
  package var retryAfter: Int?
  /// Methods that there are instead; nil where that is not the matter.
  package var allowed: String?

  package init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil) {
    (self.status, self.code, self.message) = (status, code, message)
    self.retryAfter = retryAfter
  }
}

extension RequestFault {
  /// What was asked for contradicts itself or names what there is not.
  init(usage error: LimpidError) { self.init(400, "bad_request", error.description) }

  /// What came cannot be read.
  init(malformed fault: FormFault) { self.init(400, "bad_request", fault.message) }

  static let notFound = RequestFault(404, "not_found", "there is nothing here")
  static let draining = RequestFault(
    503, "draining", "the server is about to end", retryAfter: 10)
}
