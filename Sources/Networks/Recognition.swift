import IR
import Tensors

/// A checkpoint's network, and why it is that one.
package struct Recognition: Sendable {
  package let network: any Network
  package let descriptor: NetworkDescriptor
  /// How the file names the parameters.
  package let dialect: KeyDialect
  /// How the hyper-parameters were told, in order of inference.
  package let findings: [Finding]
  /// How many tensors are parameters of the network; all of its parameters are among them.
  package let matched: Int
  /// The tensors that the network does not read, without the prefix, in file order.
  package let unused: [Manifest.Entry]

  /// What all names in the file begin with.
  package var prefix: String { dialect.prefix }
}

/// Why a checkpoint is not of an architecture.
package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  package let architecture: String
  /// The first key that disagrees, without the file's prefix.
  package let key: String
  package let reason: String
  /// How many further keys disagree.
  package let others: Int
  /// How many keys agreed: the larger, the closer the checkpoint is to the architecture.
  package let agreeing: Int

  package var description: String {
    "not \(architecture): \(key) \(reason)" + (others == 0 ? "" : " (and \(others) more)")
  }
}

/// A checkpoint that none of the known architectures fits.
package struct UnrecognizedCheckpoint: Error, Hashable, Sendable, CustomStringConvertible {
  /// One for each architecture, in the order of ``Architectures/all``.
  package let refusals: [Refusal]

  /// The refusal of the architecture that most keys agreed with.
  package var closest: Refusal? { refusals.max { $0.agreeing < $1.agreeing } }

  package var description: String {
    guard let closest, closest.agreeing > 0 else { return "no known network has these tensors" }
    return "no known network; the closest: \(closest)"
  }
}

extension RecognizableNetwork {
  /// Recognises the checkpoint when this architecture accounts for all that it needs.
  ///
  /// The configuration is inferred from a few keys; then the network is built, and each of its
  /// parameters must be there in its shape.
  package static func recognize(_ checkpoint: CheckpointIndex) throws(Refusal) -> Recognition {
    var reader = CheckpointReader(checkpoint, architecture: name)
    let network = try Self(recognizing: &reader)
    let (manifest, descriptor): (Manifest, NetworkDescriptor)
    do throws(Fault) {
      manifest = try network.manifest
      descriptor = try network.descriptor
    } catch {
      throw reader.refusal(error.path.isEmpty ? error.op : error.path, "\(error)")
    }
    let difference = manifest.difference(from: checkpoint.tensors)
    let matched = manifest.entries.count - difference.missing.count - difference.misshapen.count
    if let refusal = Refusal(name, difference, agreeing: matched) { throw refusal }
    return Recognition(
      network: network, descriptor: descriptor, dialect: KeyDialect(prefix: checkpoint.prefix),
      findings: reader.findings, matched: matched,
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
      architecture: architecture, key: key, reason: reason, others: disagreements.count - 1,
      agreeing: agreeing)
  }
}
