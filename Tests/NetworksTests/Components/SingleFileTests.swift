import Foundation
import IR
import Networks
import Tensors
import Testing

/// Networks of Stable Diffusion in one file, told apart by names and shapes.
@Suite struct SingleFileTests {
  /// All tensors of a file of this version, with some that no network reads.
  private func file(
    _ version: StableDiffusionVersion, inChannels: Int = 4
  ) throws -> [Manifest.Entry] {
    let unet = version.unet(inChannels: inChannels)
    let vae = version.autoencoder
    var entries = try unet.compVisDialect.tensors(of: unet.manifest).entries
    entries += try vae.compVisDialect.tensors(of: vae.manifest).entries
    for (number, tower) in version.textEncoders.enumerated() {
      let dialect: KeyDialect =
        switch (version, number) {
        case (.v1, _): KeyDialect(prefix: "cond_stage_model.transformer.")
        case (.v2, _): tower.openCLIPDialect(prefix: "cond_stage_model.model.")
        case (.xl, 0): KeyDialect(prefix: "conditioner.embedders.0.transformer.")
        case (.xl, _): tower.openCLIPDialect(prefix: "conditioner.embedders.1.model.")
        }
      entries += dialect.tensors(of: try tower.manifest).entries
    }
    return entries + [.init(path: "alphas_cumprod", shape: [1000])]
  }

  @Test(arguments: StableDiffusionVersion.allCases)
  func findsEveryNetwork(_ version: StableDiffusionVersion) throws {
    let entries = try file(version, inChannels: 9)
    #expect(SingleFile.holdsComponents(entries))
    let unet = try SingleFile.recognize(.unet, entries)
    #expect(unet.network as? UNet2DConditionModel == version.unet(inChannels: 9))
    #expect(unet.unused.isEmpty)
    let vae = try SingleFile.recognize(.vae, entries)
    #expect(vae.network as? AutoencoderKL == version.autoencoder)
    let names: [SingleFile.Component] = [.textEncoder, .textEncoder2]
    for (name, tower) in zip(names, version.textEncoders) {
      let recognition = try SingleFile.recognize(name, entries)
      #expect(recognition.network as? CLIPTextModel == tower)
      #expect(recognition.unused.isEmpty)
    }
  }

  @Test func saysWhatIsNotThere() throws {
    let entries = try file(.v1)
    #expect(throws: Refusal.self) { try SingleFile.recognize(.textEncoder2, entries) }
    #expect(throws: Refusal.self) { try SingleFile.recognize(.controlNet, entries) }
    let fewer = entries.filter { $0.path != "first_stage_model.quant_conv.bias" }
    let refusal = #expect(throws: Refusal.self) { try SingleFile.recognize(.vae, fewer) }
    #expect(refusal?.key == "first_stage_model.quant_conv.bias")
    #expect(!SingleFile.holdsComponents([.init(path: "intro.weight", shape: [3])]))
  }

  /// The lists of the official code's networks are recognised as they stand.
  @Test func recognisesTheOfficialNames() throws {
    let entries = try ["compvis-unet", "compvis-vae"].flatMap(names)
    let unet = try SingleFile.recognize(.unet, entries)
    #expect(unet.architecture.inputChannels == 8)
    #expect(unet.matched == 686)
    #expect(try SingleFile.recognize(.vae, entries).matched == 248)
    #expect(unet.findings.map(\.description).first?.hasPrefix("version = 1.x from ") == true)
  }

  /// The sizes that are known of the published towers.
  @Test func towersHaveTheirParameters() throws {
    let counts = try StableDiffusionVersion.allCases.map { version in
      try version.textEncoders.map { try $0.manifest.parameterCount }
    }
    #expect(counts == [[123_060_480], [340_387_840], [123_060_480, 694_659_840]])
  }

  private func names(_ list: String) throws -> [Manifest.Entry] {
    let folder = try #require(Bundle.module.resourceURL)
    let text = try String(
      contentsOf: folder.appendingPathComponent("Fixtures/keys/\(list).txt"), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      let extents = parts[1].dropFirst().dropLast().split(separator: ",").map {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      return Manifest.Entry(
        path: String(parts[0]), shape: Shape(try extents.map { try #require($0) }))
    }
  }
}
