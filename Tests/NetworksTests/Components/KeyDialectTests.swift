import Checkpoints
import Foundation
import IR
import Networks
import Tensors
import Testing

/// Names of parameters in other code bases.
@Suite struct KeyDialectTests {
  /// The lists are those of the official code's networks: `name [shape]`.
  @Test(arguments: [
    (
      "compvis-unet", StableDiffusionVersion.v1.unet(inChannels: 8) as any Network,
      StableDiffusionVersion.v1.unet(inChannels: 8).compVisDialect
    ),
    ("compvis-vae", AutoencoderKL(.init()), AutoencoderKL(.init()).compVisDialect),
  ])
  func namesWhatTheOfficialCodeNames(
    list: String, network: any Network, dialect: KeyDialect
  ) throws {
    let folder = try #require(Bundle.module.resourceURL)
    let text = try String(
      contentsOf: folder.appendingPathComponent("Fixtures/keys/\(list).txt"), encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    let named = dialect.tensors(of: try network.manifest).entries.map { "\($0.path) \($0.shape)" }
    #expect(named.count == lines.count)
    #expect(Set(named) == Set(lines))
  }

  @Test func namesTheBlocksOfAControlNet() throws {
    let network = ControlNetModel(.init())
    let paths = network.compVisDialect.tensors(of: try network.manifest).entries.map(\.path)
    #expect(Set(paths).count == 340)
    let modules = Set(paths.map { $0.split(separator: ".").prefix(2).joined(separator: ".") })
    #expect(
      modules == [
        "control_model.time_embed", "control_model.input_blocks", "control_model.middle_block",
        "control_model.input_hint_block", "control_model.zero_convs",
        "control_model.middle_block_out",
      ])
    for number in stride(from: 0, through: 14, by: 2) {
      #expect(paths.contains("control_model.input_hint_block.\(number).weight"))
    }
    #expect(paths.contains("control_model.zero_convs.11.0.bias"))
    #expect(paths.contains("control_model.middle_block_out.0.weight"))
  }

  @Test func namesTheAdditionalEmbeddingAndUpsamplersOfSDXL() throws {
    let dialect = StableDiffusionVersion.xl.unet().compVisDialect
    let prefix = "model.diffusion_model."
    #expect(dialect.name(of: "add_embedding.linear_2.bias") == prefix + "label_emb.0.2.bias")
    #expect(
      dialect.name(of: "up_blocks.0.upsamplers.0.conv.weight")
        == prefix + "output_blocks.2.2.conv.weight")
    #expect(
      dialect.name(of: "mid_block.attentions.0.transformer_blocks.9.attn2.to_out.0.bias")
        == prefix + "middle_block.1.transformer_blocks.9.attn2.to_out.0.bias")
    let manifest = try StableDiffusionVersion.xl.unet().manifest
    #expect(Set(dialect.tensors(of: manifest).entries.map(\.path)).count == 1680)
  }

  /// A network reads the same elements from a checkpoint in another dialect.
  @Test(arguments: ["compVis", "early"])
  func readsTheAutoencoderInOtherDialects(_ kind: String) throws {
    let fixture = ComponentFixture(name: "vae")
    let network = try #require(try fixture.recognition().network as? AutoencoderKL)
    let dialect = kind == "early" ? network.earlyDialect : network.compVisDialect
    let manifest = try network.manifest
    let ours = try Binding(manifest, to: try fixture.checkpoint()) {
      Manifest.Location(path: $0.path, shape: $0.shape)
    }
    let file = try SafetensorsFile(
      try manifest.entries.map { entry in
        let location = dialect.location(of: entry)
        return (location.path, try ours.tensor(entry.path).reshaped(location.shape))
      })
    #expect(file.entry(named: "decoder.mid_block.attentions.0.to_q.weight") == nil)
    let theirs = try Binding(manifest, to: Checkpoint(file), location: dialect.location)
    for entry in manifest.entries {
      #expect(try theirs.tensor(entry.path).shape == entry.shape)
      #expect(try theirs.tensor(entry.path).floats == ours.tensor(entry.path).floats)
    }
  }
}
