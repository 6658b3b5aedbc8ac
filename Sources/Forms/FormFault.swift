/// Why a form or a query is none, in words for whoever sent it.
package struct FormFault: Error, Hashable, Sendable {
  package let message: String

  init(_ message: String) { self.message = message }
}
