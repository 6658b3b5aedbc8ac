import Checkpoints
import Foundation
import IR
import Networks
import Paths
import Tensors
import Testing

/// A random component as diffusers or transformers writes it, with inputs and its outputs: a folder
/// made by tools/fixtures/clip.py, latent.py or mrir_networks.py.
struct ComponentFixture: CustomTestStringConvertible, Sendable {
  let name: String

  static let clip = [
    "clip-text-masked", "clip-text-projected", "clip-text-injected", "clip-text-open",
    "clip-vision", "clip-vision-projected",
  ].map(ComponentFixture.init)

  static let latent = [
    "unet-sd15", "unet-sd21", "unet-sdxl", "unet-deep", "controlnet-sd15", "controlnet-sdxl", "vae",
    "vae-deep",
  ].map(ComponentFixture.init)

  static let mrir = [
    "unet-mrir", "unet-mrir-full", "unet-mrir-unadded", "controlnet-mrir",
  ].map(ComponentFixture.init)

  static let all = clip + latent + mrir

  var testDescription: String { name }

  func configuration() throws -> ConfigurationReader {
    try ConfigurationReader(
      parsing: try SmallFile.bytes(path: try path("config.json"), limit: 1 << 20))
  }

  func recognition() throws -> Recognition {
    try Architectures.recognize(try configuration(), try checkpoint().manifestEntries)
  }

  /// What the component makes of `inputs`, those of the fixture unless given.
  func results(
    of inputs: [String: HostTensor]? = nil, on executor: any Executor
  ) throws -> [String: HostTensor] {
    let (recognition, operands) = (try recognition(), try inputs ?? tensors("inputs"))
    let graph = try #require(recognition.network).graph(operands.mapValues(\.shape))
    let weights = try Binding(
      graph.manifest, to: try checkpoint(), allowUnused: true,
      location: recognition.dialect.location)
    return try executor.prepare(graph, weights: weights).run(operands)
  }

  func tensors(_ part: String) throws -> [String: HostTensor] {
    let file = try SafetensorsFile(path: try path(part + ".safetensors"))
    return Dictionary(
      uniqueKeysWithValues: try file.entries.map { ($0.name, try file.tensor(named: $0.name)) })
  }

  func checkpoint() throws -> Checkpoint {
    let stem = name.hasPrefix("clip") ? "model" : "diffusion_pytorch_model"
    return Checkpoint(try SafetensorsFile(path: try path(stem + ".safetensors")))
  }

  private func path(_ file: String) throws -> Path {
    let folder = try #require(Bundle.module.resourceURL)
    return Path(folder.appendingPathComponent("Fixtures/components/\(name)/\(file)").path)
  }
}

extension Checkpoint {
  var manifestEntries: [Manifest.Entry] {
    entries.map { Manifest.Entry(path: $0.name, shape: $0.shape) }
  }
}
