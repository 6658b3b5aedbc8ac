import IR

/// A network whose configuration stands in a file beside its weights: a component of a pipeline of
/// diffusers or transformers.
package protocol ConfiguredNetwork: Network {
  /// The classes that the file may name.
  static var classNames: [String] { get }

  /// How files name the parameters: the network's own names, and others that are as good.
  var dialects: [KeyDialect] { get }

  /// - Throws: the first field that is missing, out of range or unsupported.
  init(configuring fields: inout ConfigurationReader) throws(ConfigurationError)

  /// The network with what only the tensors tell: parts that the configuration knows nothing of.
  func completed(by checkpoint: inout CheckpointReader) throws(Refusal) -> Self
}

extension ConfiguredNetwork {
  package var dialects: [KeyDialect] { [.own] }

  package func completed(by checkpoint: inout CheckpointReader) throws(Refusal) -> Self { self }

  /// Recognises a component by its configuration, and checks that its parameters are there.
  /// - Throws: ``ConfigurationError``, ``Refusal`` or ``Fault``.
  fileprivate static func recognize(
    _ fields: ConfigurationReader, _ tensors: [Manifest.Entry]
  ) throws -> Recognition {
    var fields = fields
    let configured = try Self(configuring: &fields)
    var reader = CheckpointReader(
      CheckpointIndex(tensors.map { ($0.path, $0.shape) }), architecture: name)
    let network = try configured.completed(by: &reader)
    return try network.recognition(
      of: tensors, findings: fields.findings + reader.findings, in: network.dialects)
  }
}

extension Network {
  /// Finds the parameters in the first of the dialects that most of them are named in.
  /// - Throws: ``Refusal`` or ``Fault``.
  func recognition(
    of tensors: [Manifest.Entry], findings: [Finding] = [], in dialects: [KeyDialect]
  ) throws -> Recognition {
    let manifest = try manifest
    let differences = dialects.map { dialect in
      (dialect, dialect.tensors(of: manifest).difference(from: tensors))
    }
    let (dialect, difference) = differences.min { $0.1.failures < $1.1.failures }!
    let matched = tensors.count - difference.unused.count - difference.misshapen.count
    if let refusal = Refusal(Self.name, difference, agreeing: matched) { throw refusal }
    return Recognition(
      architecture: self, descriptor: try descriptor, dialect: dialect, findings: findings,
      matched: matched, unused: difference.unused.filter { !Self.isBuffer($0.path) })
  }
}

extension Manifest.Difference {
  fileprivate var failures: Int { missing.count + misshapen.count }
}

extension Architectures {
  /// The networks that a `config.json` may name.
  package static let configured: [any ConfiguredNetwork.Type] = [
    UNet2DConditionModel.self, ControlNetModel.self, AutoencoderKL.self, CLIPTextModel.self,
    CLIPVisionModel.self,
  ]

  /// The network that a configuration describes, with the tensors of its file.
  /// - Throws: ``ConfigurationError``, ``Refusal`` or ``Fault``.
  package static func recognize(
    _ fields: ConfigurationReader, _ tensors: [Manifest.Entry]
  ) throws -> Recognition {
    for network in configured where network.classNames.contains(fields.className) {
      return try network.recognize(fields, tensors)
    }
    throw ConfigurationError.unknownClass(fields.className)
  }
}
