extension XMP {
  /// A packet that says what this one and its extension say, for files that have no place for two;
  /// nil when one of them has another form than Adobe's.
  func merged(with extended: XMP) -> XMP? {
    guard let own = description, let other = extended.description else { return nil }
    var merged = self
    let bound = prefixes(around: own)
    var declarations = ""
    for (prefix, address) in extended.prefixes(around: other) where bound[prefix] != address {
      guard bound[prefix] == nil else { return nil }
      declarations += " xmlns:\(prefix)=\"\(address)\""
    }
    let tagEnd = own.value.lowerBound - 1
    merged.replace([
      (tagEnd..<tagEnd, Array(declarations.utf8)),
      (own.value.upperBound..<own.value.upperBound, Array(extended.bytes[other.value])),
    ])
    merged.removeExtensionKey()
    return merged.nodes.isEmpty ? nil : merged
  }

  /// The element that holds all descriptions.
  private var description: XMPNode? {
    nodes.first {
      !$0.isAttribute && $0.namespace == XMPNamespace.rdf.rawValue && $0.name == "RDF"
        && $0.value.upperBound < $0.whole.upperBound
    }
  }

  /// Declarations in the tag of an element and of those around it.
  private func prefixes(around element: XMPNode) -> [String: String] {
    var found: [String: String] = [:]
    for node in nodes
    where node.namespace == XMPNamespace.declaration.rawValue && node.isAttribute
      && node.depth <= element.depth + 1 && node.whole.lowerBound < element.value.lowerBound
    {
      found[node.name] = String(decoding: bytes[node.value], as: UTF8.self)
    }
    return found
  }
}
