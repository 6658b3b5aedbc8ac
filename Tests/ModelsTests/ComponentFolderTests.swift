import Foundation
import Models
import Paths
import Pictures
import SystemFixtures
import Testing

/// Folders of components that are not as they should be.
@Suite struct ComponentFolderTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-component-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func error() throws -> LimpidError {
    defer { try? FileManager.default.removeItem(at: folder) }
    return try #require(throws: LimpidError.self) { _ = try Model(Path(folder.path)) }
  }

  @Test func refusesAFolderWithoutConfiguration() throws {
    let error = try error()
    #expect(error.kind == .badData)
    #expect(error.description.hasSuffix(": neither bundle.json nor config.json is there"))
  }

  @Test func refusesAFolderWithoutWeights() throws {
    try Data("{}".utf8).write(to: folder.appendingPathComponent("config.json"))
    let error = try error()
    #expect(error.kind == .noInput)
    #expect(error.description.contains("no diffusion_pytorch_model.safetensors"))
  }

  @Test func refusesLinksToTheOutside() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.appendingPathComponent("config.json").path,
      withDestinationPath: "/etc/hostname")
    let error = try error()
    #expect(error.kind == .badData)
    #expect(error.description.contains("lies outside of"))
  }

  /// The fixtures' autoencoder, with its weights under other names.
  private func copyAutoencoder(_ names: String...) throws {
    let source = Fixtures.path("pipelines/sd15/vae")
    let weights = "diffusion_pytorch_model.safetensors"
    try FileManager.default.removeItem(at: folder)
    try FileManager.default.copyItem(atPath: source, toPath: folder.path)
    for name in names {
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent(weights), to: folder.appendingPathComponent(name))
    }
    try FileManager.default.removeItem(at: folder.appendingPathComponent(weights))
  }

  @Test(arguments: ["fp16", "non_ema"]) func readsTheWeightsOfAVariant(_ variant: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try copyAutoencoder("diffusion_pytorch_model.\(variant).safetensors")
    #expect(try Model(Path(folder.path)).recognition.descriptor.architecture == "AutoencoderKL")
  }

  @Test func halfPrecisionIsTheFirstOfVariants() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try copyAutoencoder("diffusion_pytorch_model.fp16.safetensors")
    try Data().write(to: folder.appendingPathComponent("diffusion_pytorch_model.a.safetensors"))
    #expect(throws: Never.self) { try Model(Path(folder.path)) }
  }

  @Test func namesPickles() throws {
    try copyAutoencoder("diffusion_pytorch_model.bin")
    let error = try error()
    #expect(error.kind == .badData)
    #expect(error.description.contains("there is diffusion_pytorch_model.bin, a pickle"))
    #expect(error.description.contains("tools/convert"))
  }
}
