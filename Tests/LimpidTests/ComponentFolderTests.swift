import Foundation
import Models
import Pictures
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
    return try #require(throws: LimpidError.self) { _ = try Model(folder.path) }
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
}
