/// A request, apart from how it came.
package struct ServerRequest: Sendable {
  /// In capitals.
  package let method: String
  /// Without the query.
  package let path: String
  /// What follows the question mark, as it came.
  package let query: String
  private let headers: [(name: String, value: String)]
  package var body: [UInt8]

  /// - Parameter target: the path with the query.
  package init(
    _ method: String, _ target: String, _ headers: [(name: String, value: String)],
    _ body: [UInt8] = []
  ) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    (self.method, self.body) = (method, body)
    path = parts.first.map(String.init) ?? "/"
    query = parts.count > 1 ? String(parts[1]) : ""
    self.headers = headers.map { ($0.name.lowercased(), $0.value) }
  }

  /// The first header of a name in small letters; nil where there is none.
  package subscript(header: String) -> String? { headers.first { $0.name == header }?.value }
}
