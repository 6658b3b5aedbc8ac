import Tensors

/// Parameters of several networks in one graph: see ``Trace/scope(_:_:)``.
package struct JoinedWeights: WeightSource, Sendable {
  private let own: any WeightSource & Sendable
  private let scopes: [String: any WeightSource & Sendable]

  /// - Parameters:
  ///   - own: the parameters of the network without a scope.
  ///   - scopes: the others', by the name of their scope.
  package init(
    _ own: any WeightSource & Sendable, scopes: [String: any WeightSource & Sendable]
  ) {
    self.own = own
    self.scopes = scopes
  }

  package func tensor(_ path: String) throws -> HostTensor {
    let (source, path) = home(of: path)
    return try source.tensor(path)
  }

  package func format(_ path: String) -> BlockFormat? {
    let (source, path) = home(of: path)
    return source.format(path)
  }

  package func blocks(_ path: String, rows: Range<Int>) throws -> BlockTensor {
    let (source, path) = home(of: path)
    return try source.blocks(path, rows: rows)
  }

  private func home(of path: String) -> (any WeightSource, path: String) {
    let scope = path.prefix { $0 != "." }
    guard let source = scopes[String(scope)] else { return (own, path) }
    return (source, String(path.dropFirst(scope.count + 1)))
  }
}
