import Foundation
import Testing

/// Every network on every imitated GPU, against PyTorch: the random checkpoints of NetworksTests.
@Suite struct GPUNetworkTests {
  /// A device, and how values are stored on it.
  struct Variant: Sendable, CustomTestStringConvertible {
    let gpu: ImitatedGPU
    var dtype = "f32"

    var testDescription: String { "\(gpu.key) \(dtype)" }
  }

  static let floats = ImitatedGPU.all.map { Variant(gpu: $0) }
  static let variants = floats + [Variant(gpu: .h100, dtype: "f16")]

  static let networks =
    [
      "nafnet-colour", "restormer-with-bias", "promptir", "sfnet", "drsformer", "c2f-dft",
      "uprestorer", "lmdir", "rrdb-x4", "compact-x4", "span-x2", "realplksr-layer-x2", "rcan-x3",
      "dncnn", "swinir-light-x3", "hat-x4", "srformer-light-x2", "dat-light-x3", "omnisr-x2",
      "scunet", "cugan-x2", "upconv7", "edsr-x4", "drunet", "fbcnn", "srmd-x3",
      "demosaicnet-bayer", "demosaicnet-xtrans",
    ]
    + [
      "unet-sd15", "vae", "controlnet-sd15", "clip-text-projected", "clip-vision", "unet-mrir",
      "controlnet-mrir",
    ].map { "components/\($0)" }

  /// These look for the patch that resembles another one the most, which in half precision is
  /// another patch.
  static let guided = [
    "nafnet-guided", "restormer-guided", "promptir-guided", "sfnet-guided", "drsformer-guided",
  ]

  /// The devices one after the other, since they share programs.
  @Test(arguments: networks.map { ($0, variants) } + guided.map { ($0, floats) })
  func agreesWithPyTorch(_ name: String, _ variants: [Variant]) throws {
    let fixture = Self.fixtures.appendingPathComponent(name)
    let isComponent = name.hasPrefix("components/")
    let network = isComponent ? fixture : fixture.appendingPathComponent("checkpoint.safetensors")
    for variant in variants {
      let outcome = try Self.parity(
        [
          network.path, "--inputs", fixture.appendingPathComponent("inputs.safetensors").path,
          "--expected", fixture.appendingPathComponent("expected.safetensors").path,
        ], on: variant)
      #expect(outcome.code == 0, "\(variant.testDescription): \(outcome.output)\(outcome.errors)")
    }
  }

  /// Node by node, those whose operands are no files of tensors.
  @Test(arguments: ["mrir-refine", "tdr-mapper", "tdr-restoration"])
  func agreesWithTheReference(_ name: String) throws {
    for variant in Self.variants {
      let outcome = try Self.nodes(of: name, on: variant)
      #expect(outcome.code == 0, "\(variant.testDescription): \(outcome.output)\(outcome.errors)")
    }
  }

  /// Whatever patch a network chose, each of its nodes does with it what the reference does.
  @Test(arguments: guided)
  func nodesAgreeInHalf(_ name: String) throws {
    let outcome = try Self.nodes(of: name, on: Variant(gpu: .h100, dtype: "f16"))
    #expect(outcome.output.contains(" nodes agree\n"), "\(outcome.output)\(outcome.errors)")
  }

  private static func nodes(of name: String, on variant: Variant) throws -> Command.Outcome {
    let network = fixtures.appendingPathComponent("\(name)/checkpoint.safetensors")
    return try parity([network.path, "--size", "16x24"], on: variant)
  }

  /// The kernels of the other family give the same: a flag for comparisons.
  @Test func theKernelFamilyMayBeForced() throws {
    let folder = try TemporaryFolder()
    for family in ["cpu", "gpu"] {
      let outcome = try Command.run(
        [
          "bench", "-g", "cpu", "--size", "16x16", "-r", "1", "--warmup", "0", "--kernels",
          "--json", "--kernel-family", family,
        ], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let other = family == "cpu" ? "gpu" : "cpu"
      #expect(outcome.output.contains("\"\(family)/convolution\""))
      #expect(!outcome.output.contains("\"\(other)/"))
    }
  }

  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("NetworksTests/Fixtures")

  private static func parity(
    _ arguments: [String], on variant: Variant
  ) throws -> Command.Outcome {
    try Command.run(
      ["parity", "-g", "0", "--dtype", variant.dtype] + arguments, in: TemporaryFolder(),
      environment: variant.gpu.environment())
  }
}
