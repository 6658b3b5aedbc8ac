import Tensors

/// A hyper-parameter and the tensors that told it.
package struct Finding: Hashable, Sendable, CustomStringConvertible {
  package let name: String
  package let value: Hyperparameter.Value
  /// The key, and its shape where it has one.
  package let source: String

  package var description: String { "\(name) = \(value) from \(source)" }
}

/// Infers hyper-parameters from a checkpoint and keeps a record of what told it what.
///
/// The numbers come out of a file: every one is bounded here, so that arithmetic on a few of
/// them cannot overflow.
package struct CheckpointReader {
  /// The largest extent that a parameter of a network may have.
  package static let largestExtent = 1 << 20

  let checkpoint: CheckpointIndex
  private let architecture: String
  private(set) var findings: [Finding] = []

  init(_ checkpoint: CheckpointIndex, architecture: String) {
    self.checkpoint = checkpoint
    self.architecture = architecture
  }

  /// One extent of the tensor `key`, which must be there with `rank` axes.
  mutating func extent(
    _ axis: Int, of key: String, rank: Int, as name: String
  ) throws(Refusal) -> Int {
    guard let shape = checkpoint[key] else { throw refusal(key, "is missing") }
    guard shape.rank == rank else { throw refusal(key, "has shape \(shape), not \(rank) axes") }
    guard (1...Self.largestExtent).contains(shape[axis]) else {
      throw refusal(key, "has shape \(shape)")
    }
    note(name, .integer(shape[axis]), from: "\(key) \(shape)")
    return shape[axis]
  }

  /// How many modules `module.0`, `module.1`, ... there are; `0`, `1`, ... without a module.
  mutating func count(
    of module: String, in range: ClosedRange<Int> = 0...1000, as name: String
  ) throws(Refusal) -> Int {
    let stem = module.isEmpty ? "" : module + "."
    var indices: Set<Int> = []
    for tensor in checkpoint.tensors where tensor.path.hasPrefix(stem) {
      let component = tensor.path.dropFirst(stem.count).prefix { $0 != "." }
      guard let index = Int(component), String(index) == component else { continue }
      indices.insert(index)
    }
    if let gap = (0..<indices.count).first(where: { !indices.contains($0) }) {
      throw refusal(stem + String(gap), "is missing, but later modules exist")
    }
    guard range.contains(indices.count) else {
      throw refusal(
        module, "has \(indices.count) modules, not \(range.lowerBound) to \(range.upperBound)")
    }
    note(name, .integer(indices.count), from: stem + "*")
    return indices.count
  }

  /// Whether the tensor `key` is there.
  mutating func has(_ key: String, as name: String) -> Bool {
    let found = checkpoint[key] != nil
    note(name, .flag(found), from: found ? key : "the absence of \(key)")
    return found
  }

  /// Whether the tensor `key` is there, for what other tensors tell more of.
  func holds(_ key: String) -> Bool { checkpoint[key] != nil }

  /// How many times the layer `key` enlarges sides: the root of its channels for each of
  /// `channels`.
  mutating func factor(
    of key: String, channels: Int, as name: String
  ) throws(Refusal) -> Int {
    let made = try extent(0, of: key, rank: 4, as: "\(name) squared, times \(channels)")
    guard let factor = (1...16).first(where: { $0 * $0 * channels == made }) else {
      throw refusal(key, "makes \(made) channels, no square times \(channels)")
    }
    return factor
  }

  /// Adds what was inferred about a part of the checkpoint.
  mutating func take(_ others: [Finding], of part: String) {
    findings += others.map {
      Finding(name: "\(part): \($0.name)", value: $0.value, source: $0.source)
    }
  }

  func refusal(_ key: String, _ reason: String) -> Refusal {
    Refusal(
      architecture: architecture, key: key, reason: reason, others: [], agreeing: findings.count)
  }

  private mutating func note(_ name: String, _ value: Hyperparameter.Value, from source: String) {
    findings.append(Finding(name: name, value: value, source: source))
  }
}
