import IR

/// Everything in which a checkpoint file does not fit the parameters of a graph.
package struct BindingError: Error, Hashable, Sendable {
  /// A parameter whose elements are of no floating-point type that can be read.
  package struct Unreadable: Hashable, Sendable {
    package let path: String
    package let type: SafetensorsType
  }

  /// Paths as the file spells them. `unused` is empty where unused tensors were allowed.
  package let difference: Manifest.Difference
  package let unreadable: [Unreadable]
}

extension BindingError: CustomStringConvertible {
  /// One line: how many tensors are wrong in which way, and the first of them.
  package var description: String {
    let counts = [
      (difference.missing.count, "missing"), (difference.misshapen.count, "mis-shaped"),
      (unreadable.count, "of unreadable type"), (difference.unused.count, "unused"),
    ]
    let summary = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return "the tensors do not fit the network: \(summary); first: \(details.first ?? "none")"
  }

  /// One line for each tensor.
  package var details: [String] {
    difference.missing.map { "\($0.path) \($0.shape) is missing" }
      + difference.misshapen.map { "\($0.path) has shape \($0.found), not \($0.expected)" }
      + unreadable.map { "\($0.path) has \($0.type.rawValue) elements" }
      + difference.unused.map { "\($0.path) \($0.shape) is not used" }
  }
}
