import Foundation
import Models
import Paths
import Pictures
import Restoration

/// What decides the pixels and bytes of outputs, apart from the inputs.
struct Recipe: Sendable {
  /// As the user named it.
  let model: String
  /// Its file's name without ending.
  let modelStem: String
  /// SHA-256 of the checkpoint.
  let modelDigest: String
  let precision: StoragePrecision
  /// One line for a person; recorded in outputs.
  let description: String
  /// How outputs are written.
  let output: OutputOptions
  /// SHA-256 of everything that changes an output.
  let fingerprint: String

  /// - Parameter settings: of the model's system.
  init(
    _ model: Model, _ settings: [Setting], _ options: SystemOptions, _ command: RestoreCommand
  ) throws {
    self.model = model.name
    let name = Path(text: model.name).name
    modelStem = (name.hasSuffix(".safetensors") ? name.stem : name).text
    modelDigest = model.digest ?? ""
    precision = try StoragePrecision(command.options, of: model)
    let dtype = precision.dtype.rawValue
    let network = model.recognition.descriptor.architecture
    description =
      "limpid \(Version.number), model \(modelStem) (\(network), sha256 \(modelDigest.prefix(16)))"
      + ", dtype \(dtype), math \(command.options.math), tile \(options.tiling)"
      + (options.isEnsemble ? ", tta" : "")
      + settings.map { ", \($0.name) \($0.value)" }.joined()
    var output = try command.writing.options()
    (output.pages, output.orientation) = (command.inputs.page, command.inputs.orientation)
    if command.writing.embedSettings { output.settings = description }
    self.output = output
    fingerprint = try Causes(
      version: Version.number, model: modelDigest, network: network, dtype: dtype,
      math: command.options.math.rawValue, system: options.deciding, output: output
    ).digest
  }
}

/// What an output is made of besides its input.
private struct Causes: Encodable {
  let version: String
  /// SHA-256.
  let model: String
  let network: String
  let dtype: String
  let math: String
  let system: SystemOptions
  let output: OutputOptions

  var digest: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return Digest.of(try encoder.encode(self))
    }
  }
}
