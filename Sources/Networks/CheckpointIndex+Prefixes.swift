import IR

extension CheckpointIndex {
  /// How deep a network may lie in what wraps it, in components of names.
  private static let deepest = 4
  /// Groups of less than one in so many tensors are not looked at as networks.
  private static let smallestShare = 8

  /// The tensors behind every prefix that a good part of the names begin with: where a network may
  /// be that something else lies beside, such as a loss or a second set of its parameters.
  var inner: [CheckpointIndex] {
    let least = tensors.count / Self.smallestShare + 1
    var (found, level) = ([CheckpointIndex](), [self])
    for _ in 0..<Self.deepest {
      level = level.flatMap { $0.groups(ofAtLeast: least) }
      found += level
    }
    return found
  }

  /// The tensors behind each first component, with what their names share further on.
  private func groups(ofAtLeast least: Int) -> [CheckpointIndex] {
    var (counts, order) = ([Substring: Int](), [Substring]())
    for tensor in tensors {
      guard let dot = tensor.path.firstIndex(of: ".") else { continue }
      let component = tensor.path[...dot]
      if counts.updateValue(counts[component, default: 0] + 1, forKey: component) == nil {
        order.append(component)
      }
    }
    return order.filter { counts[$0, default: 0] >= least }.map { component in
      let part = CheckpointIndex(part: String(component), of: self)
      let shared = Self.sharedPrefix(of: part.tensors.map(\.path))
      return shared.isEmpty ? part : CheckpointIndex(part: shared, of: part)
    }
  }
}
