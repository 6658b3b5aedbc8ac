import Models
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
  let dtype: String
  /// One line for a person; recorded in outputs.
  let description: String
  /// SHA-256 of everything that changes an output.
  let fingerprint: String

  /// - Parameter settings: of the model's system.
  init(_ model: Model, _ settings: [Setting], _ command: RestoreCommand) {
    self.model = model.name
    let name = Path.name(of: model.name)
    modelStem = name.hasSuffix(".safetensors") ? String(name.dropLast(12)) : name
    modelDigest = model.digest ?? ""
    dtype = command.options.dtype.rawValue
    let network = model.recognition.descriptor.architecture
    description =
      "limpid \(Version.number), model \(modelStem) (\(network), sha256 \(modelDigest.prefix(16)))"
      + ", dtype \(dtype), math \(command.options.math), tile \(command.tiles.tile)"
      + (command.tta ? ", tta" : "")
      + settings.map { ", \($0.name) \($0.value)" }.joined()
    let writing = command.writing
    let parts = [
      description, modelDigest, "\(command.tiles.tileOverlap)", "\(writing.quality ?? -1)",
      "\(writing.compression)", "\(writing.bitDepth)", "\(writing.background ?? (-1, -1, -1))",
      "\(writing.dither)",
      "\(writing.stripMetadata) \(writing.stripGPS) \(writing.embedSettings)",
      "\(writing.alpha) \(writing.colourSpace)",
      "\(command.inputs.page) \(command.inputs.orientation)",
    ]
    fingerprint = Digest.of(Array(parts.joined(separator: "\n").utf8))
  }
}
