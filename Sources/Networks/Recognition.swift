import IR
import Tensors

/// What a checkpoint is of, and why it is that.
package struct Recognition: Sendable {
  package internal(set) var architecture: any Architecture
  package internal(set) var descriptor: NetworkDescriptor
  /// How the file names the parameters.
  package let dialect: KeyDialect
  /// How the hyper-parameters were told, in order of inference.
  package let findings: [Finding]
  /// How many tensors are parameters; all that there must be are among them.
  package let matched: Int
  /// The tensors that nothing reads, without the prefix, in file order.
  package let unused: [Manifest.Entry]
  /// The tensors that are not behind the prefix, in file order: what a trainer keeps
  /// beside its weights.
  package internal(set) var beside: [Manifest.Entry] = []

  /// nil for a system of several.
  package var network: (any Network)? { architecture as? any Network }

  /// What the names of the parameters begin with.
  package var prefix: String { dialect.prefix }
}

/// Why a checkpoint is not of an architecture.
package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// How many disagreements a description tells.
  private static let told = 4

  package let architecture: String
  /// The first key that disagrees, without the file's prefix.
  package let key: String
  package let reason: String
  /// Further disagreements, each a key and a reason.
  package let others: [String]
  /// How many keys agreed: the larger, the closer the checkpoint is to the architecture.
  package let agreeing: Int

  package var description: String {
    let all = ["\(key) \(reason)"] + others
    let rest = all.count - Self.told
    return "not \(architecture): " + all.prefix(Self.told).joined(separator: ", ")
      + (rest > 0 ? " (and \(rest) more)" : "")
  }
}

/// A checkpoint that none of the known architectures fits.
package struct UnrecognizedCheckpoint: Error, Hashable, Sendable, CustomStringConvertible {
  /// Of each architecture that does not fit all of the file, in the order of
  /// ``Architectures/all``.
  package let refusals: [Refusal]
  /// The refusal of the architecture whose names most tensors have; nil when none has any.
  package let closest: Refusal?

  package var description: String {
    guard let closest else { return "no known network has these tensors" }
    return "no known network; the closest: \(closest)"
  }
}

extension RecognizableArchitecture {
  /// Recognises the checkpoint when this architecture accounts for all that it needs.
  ///
  /// The configuration is inferred from a few keys; then each of its
  /// parameters must be there in its shape.
  package static func recognize(_ checkpoint: CheckpointIndex) throws(Refusal) -> Recognition {
    var reader = CheckpointReader(checkpoint, architecture: name)
    let architecture = try Self(recognizing: &reader)
    let (manifest, descriptor): (Manifest, NetworkDescriptor)
    do throws(Fault) {
      manifest = architecture.bareDialect.tensors(of: try architecture.manifest)
      descriptor = try architecture.descriptor
    } catch {
      throw reader.refusal(error.path.isEmpty ? error.op : error.path, "\(error)")
    }
    let difference = manifest.difference(from: checkpoint.tensors)
    let matched = manifest.entries.count - difference.missing.count - difference.misshapen.count
    if let refusal = Refusal(name, difference, agreeing: matched) { throw refusal }
    return Recognition(
      architecture: architecture, descriptor: descriptor,
      dialect: architecture.bareDialect.behind(checkpoint.prefix), findings: reader.findings,
      matched: matched,
      unused: difference.unused.filter { !isBuffer($0.path) })
  }
}

extension Refusal {
  /// The refusal for a difference, or nil when nothing that the network reads is in it.
  init?(_ architecture: String, _ difference: Manifest.Difference, agreeing: Int) {
    let disagreements =
      difference.misshapen.map { ($0.path, "has shape \($0.found), not \($0.expected)") }
      + difference.missing.map { ($0.path, "\($0.shape) is missing") }
    guard let (key, reason) = disagreements.first else { return nil }
    self.init(
      architecture: architecture, key: key, reason: reason,
      others: disagreements.dropFirst().map { "\($0) \($1)" }, agreeing: agreeing)
  }
}
