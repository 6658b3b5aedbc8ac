import Checkpoints
import Foundation
import Paths
import Tensors
import Testing

/// `parity`, `inspect` and `bench` on folders of components.
@Suite struct ComponentTests {
  /// The folders that NetworksTests are made with: config.json, weights, inputs and expected.
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../NetworksTests/Fixtures/components").standardized

  private static func path(_ name: String) -> String {
    fixtures.appendingPathComponent(name).path
  }

  private static let components: [(name: String, architecture: String, outputs: Set<String>)] = [
    ("unet-sd15", "UNet2DConditionModel", ["sample"]),
    ("unet-sdxl", "UNet2DConditionModel", ["sample"]),
    (
      "controlnet-sd15", "ControlNetModel",
      Set((0..<6).map { "down_block_res_samples.\($0)" } + ["mid_block_res_sample"])
    ),
    ("vae", "AutoencoderKL", ["latent_mean", "latent_logvar", "decoded"]),
    (
      "clip-text-masked", "CLIPTextModel",
      ["last_hidden_state", "penultimate_hidden_state", "pooler_output"]
    ),
    (
      "clip-text-projected", "CLIPTextModel",
      ["last_hidden_state", "penultimate_hidden_state", "text_embeds"]
    ),
    ("clip-vision", "CLIPVisionModel", ["last_hidden_state", "pooler_output"]),
  ]

  @Test(arguments: components.map(\.name)) func agreesWithPython(_ name: String) throws {
    let outcome = try parity(Self.path(name), in: try TemporaryFolder())
    #expect(outcome.code == 0, "\(outcome.errors)")
    let json = try outcome.json()
    #expect(json["passed"] as? Bool == true)
    let outputs = try #require(json["outputs"] as? [String: Any])
    let expected = try #require(Self.components.first { $0.name == name }).outputs
    #expect(Set(outputs.keys) == expected)
  }

  @Test(arguments: components.map(\.name)) func isInspectedAndTimed(_ name: String) throws {
    let folder = try TemporaryFolder()
    let inspected = try Command.run(["inspect", Self.path(name), "--json"], in: folder)
    #expect(inspected.code == 0, "\(inspected.errors)")
    let expected = try #require(Self.components.first { $0.name == name }).architecture
    #expect(try inspected.json()["architecture"] as? String == expected)
    #expect((try inspected.json()["unused"] as? [Any])?.isEmpty == true)
    let timed = try Command.run(
      ["bench", Self.path(name), "--size", "6x8", "-r", "1", "--warmup", "0", "--json"],
      in: folder)
    #expect(timed.code == 0, "\(timed.errors)")
    #expect(try timed.json()["architecture"] as? String == expected)
    #expect(try #require(try timed.json()["median_s"] as? Double) > 0)
  }

  /// Either half of the autoencoder alone.
  @Test(arguments: [("image", ["latent_mean", "latent_logvar"]), ("latent", ["decoded"])])
  func halvesOfTheAutoencoderRunAlone(_ input: String, _ outputs: [String]) throws {
    let folder = try TemporaryFolder()
    try write(Self.path("vae") + "/inputs.safetensors", only: [input], to: folder.path("in"))
    try write(Self.path("vae") + "/expected.safetensors", only: outputs, to: folder.path("out"))
    let outcome = try Command.run(
      [
        "parity", Self.path("vae"), "--inputs", "in", "--expected", "out", "-g", "reference",
        "--json",
      ], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let measured = try #require(try outcome.json()["outputs"] as? [String: Any])
    #expect(Set(measured.keys) == Set(outputs))
  }

  /// Shards of single precision, and brain floats, hold what the one file of halves holds.
  @Test(arguments: [ElementType.f32, .bf16]) func readsShards(_ type: ElementType) throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("vae")
    try FileManager.default.copyItem(
      atPath: Self.path("vae") + "/config.json", toPath: folder.path("vae/config.json"))
    let file = try SafetensorsFile(
      path: Path(Self.path("vae") + "/diffusion_pytorch_model.safetensors"))
    var map: [String: String] = [:]
    for shard in 0..<2 {
      let name = "diffusion_pytorch_model-0000\(shard + 1)-of-00002.safetensors"
      let entries = file.entries.enumerated().filter { $0.offset % 2 == shard }.map(\.element)
      for entry in entries { map[entry.name] = name }
      try Safetensors.write(
        try entries.map { ($0.name, try file.tensor(named: $0.name).stored(as: type)) },
        to: Path(folder.path("vae/" + name)))
    }
    let index = "vae/diffusion_pytorch_model.safetensors.index.json"
    try folder.write([UInt8](try JSONEncoder().encode(["weight_map": map])), index)
    let outcome = try parity(
      folder.path("vae"), data: Self.path("vae"), in: folder)
    // Eight bits of mantissa are not enough for the result, but for its shape.
    #expect(outcome.code == (type == .f32 ? 0 : 1), "\(outcome.errors)")
    let outputs = try #require(try outcome.json()["outputs"] as? [String: [String: Double]])
    #expect(try #require(outputs["decoded"]?["psnr"]) > 30)
    map["conv_nowhere.weight"] = "diffusion_pytorch_model-00001-of-00002.safetensors"
    try folder.write([UInt8](try JSONEncoder().encode(["weight_map": map])), index)
    let refused = try parity(folder.path("vae"), data: Self.path("vae"), in: folder)
    #expect(refused.code == 65)
    #expect(refused.errors.contains("conv_nowhere.weight"))
  }

  @Test func refusesWhatIsNoOutput() throws {
    let outcome = try parity(
      Self.path("clip-vision"), data: Self.path("clip-vision"), in: try TemporaryFolder(),
      expected: Self.path("clip-text-masked") + "/expected.safetensors")
    #expect(outcome.code == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("the network's outputs are"))
  }

  private func parity(
    _ component: String, data: String? = nil, in folder: TemporaryFolder, expected: String? = nil
  ) throws -> Command.Outcome {
    let data = data ?? component
    return try Command.run(
      [
        "parity", component, "--inputs", data + "/inputs.safetensors", "--expected",
        expected ?? data + "/expected.safetensors", "-g", "reference", "--json",
      ], in: folder)
  }

  private func write(_ source: String, only names: [String], to path: String) throws {
    let file = try SafetensorsFile(path: Path(source))
    try Safetensors.write(try names.map { ($0, try file.tensor(named: $0)) }, to: Path(path))
  }
}

extension HostTensor {
  /// The elements in another storage type; brain floats are cut off, not rounded.
  fileprivate func stored(as type: ElementType) -> HostTensor {
    let elements = floats
    guard type == .bf16 else { return HostTensor(shape, elements) }
    let storage = TensorStorage(byteCount: 2 * elements.count) { bytes in
      let target = bytes.bindMemory(to: UInt16.self)
      for (index, value) in elements.enumerated() {
        target[index] = UInt16(value.bitPattern >> 16)
      }
    }
    return HostTensor(shape: shape, type: .bf16, storage: storage)
  }
}
