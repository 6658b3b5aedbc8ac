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

  static let variants =
    ImitatedGPU.all.map { Variant(gpu: $0) } + [Variant(gpu: .h100, dtype: "f16")]

  static let networks =
    [
      "nafnet-colour", "restormer-with-bias", "promptir", "sfnet", "drsformer", "c2f-dft",
      "uprestorer", "lmdir", "restormer-guided",
    ]
    + [
      "unet-sd15", "vae", "controlnet-sd15", "clip-text-projected", "clip-vision", "unet-mrir",
      "controlnet-mrir",
    ].map { "components/\($0)" }

  /// The devices one after the other, since they share programs.
  @Test(arguments: networks)
  func agreesWithPyTorch(_ name: String) throws {
    let fixture = Self.fixtures.appendingPathComponent(name)
    let isComponent = name.hasPrefix("components/")
    let network = isComponent ? fixture : fixture.appendingPathComponent("checkpoint.safetensors")
    for variant in Self.variants {
      let outcome = try Self.parity(
        [
          network.path, "--dtype", variant.dtype,
          "--inputs", fixture.appendingPathComponent("inputs.safetensors").path,
          "--expected", fixture.appendingPathComponent("expected.safetensors").path,
        ], on: variant.gpu)
      #expect(outcome.code == 0, "\(variant.testDescription): \(outcome.output)\(outcome.errors)")
    }
  }

  /// Node by node, those whose operands are no files of tensors.
  @Test(arguments: ["mrir-refine", "tdr-mapper", "tdr-restoration"])
  func agreesWithTheReference(_ name: String) throws {
    let network = Self.fixtures.appendingPathComponent("\(name)/checkpoint.safetensors")
    for gpu in ImitatedGPU.all {
      let outcome = try Self.parity([network.path, "--size", "16x24"], on: gpu)
      #expect(outcome.code == 0, "\(gpu.key): \(outcome.output)\(outcome.errors)")
    }
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
    _ arguments: [String], on gpu: ImitatedGPU
  ) throws -> Command.Outcome {
    try Command.run(
      ["parity", "-g", "0"] + arguments, in: TemporaryFolder(), environment: gpu.environment())
  }
}
