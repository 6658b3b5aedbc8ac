/// The named results of a graph, in order; written as a dictionary literal or made of pairs.
package struct Results: ExpressibleByDictionaryLiteral {
  package let pairs: [(name: String, tensor: Tensor)]

  package init(dictionaryLiteral elements: (String, Tensor)...) { self.init(elements) }

  package init(_ pairs: [(String, Tensor)]) { self.pairs = pairs.map { ($0, $1) } }

  /// The result of this name.
  package subscript(name: String) -> Tensor? { pairs.first { $0.name == name }?.tensor }
}
