import Checkpoints
import Foundation
import Images
import Paths
import Tensors
import Testing

/// `limpid generate` on the tiny pipelines that LimpidTests are made with.
@Suite struct GenerateTests {
  private static func pipeline(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../SystemFixtures/Fixtures/pipelines/\(name)").standardized.path
  }

  private func generate(
    _ arguments: [String], in folder: TemporaryFolder, pipeline: String = Self.pipeline("sd15")
  ) throws -> Command.Outcome {
    try Command.run(["generate", "-m", pipeline, "-g", "reference"] + arguments, in: folder)
  }

  /// The picture that diffusers makes, up to the rounding to eight bits.
  @Test func writesThePictureOfDiffusers() throws {
    let folder = try TemporaryFolder()
    let outcome = try generate(
      [
        "-p", "a photo of an astronaut", "--negative-prompt", "blurry", "--steps", "7",
        "--cfg-scale", "7.5", "--height", "24", "--width", "40", "-s", "7", "-o", "new/out.png",
      ], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.isEmpty && outcome.errors.isEmpty)
    let image = try folder.image("new/out.png")
    let expected = try SafetensorsFile(path: Path(Self.pipeline("sd15") + "/expected.safetensors"))
      .tensor(named: "images").outermost(0)
    let actual = HostTensor([1, 3, image.height, image.width], image.samples)
    #expect(Comparison(actual, with: expected).maxAbs < 0.6 / 255)
  }

  /// Scheduler, steps, seed and generator each make another picture.
  @Test func optionsCount() throws {
    let folder = try TemporaryFolder()
    let variants: [[String]] = [
      [], ["--scheduler", "ddim"], ["--scheduler", "EulerDiscreteScheduler"], ["--steps", "3"],
      ["-s", "43"], ["--rng", "cuda"], ["--rng", "philox"], ["--guidance-scale", "1"],
      ["--negative-prompt", "x"],
    ]
    var pictures = Set<[UInt8]>()
    for (number, variant) in variants.enumerated() {
      let common = ["-p", "rain", "--width", "16", "--height", "16", "-o", "\(number).png"]
      let steps = variant.contains("--steps") ? [] : ["--steps", "2"]
      let outcome = try generate(common + steps + variant, in: folder)
      #expect(outcome.code == 0, "\(variant): \(outcome.errors)")
      pictures.insert(try folder.bytes("\(number).png"))
    }
    #expect(pictures.count == variants.count)
  }

  /// A ControlNet's image, weight and part of the steps each make another picture.
  @Test func controlCounts() throws {
    let (folder, pipeline) = (try TemporaryFolder(), Self.pipeline("controlnet"))
    let image = ["--control-image", pipeline + "/control.0.png"]
    let variants: [[String]] = [
      image, ["--control-image", pipeline + "/control.1.png"],
      image + ["--controlnet-conditioning-scale", "0.5"],
      image + ["--control-guidance-end", "0.5"],
      image + ["--vae-tiling", "--width", "32"],
    ]
    var pictures = Set<[UInt8]>()
    for (number, variant) in variants.enumerated() {
      let common = ["-p", "rain", "--steps", "2", "-o", "\(number).png"]
      let outcome = try generate(common + variant, in: folder, pipeline: pipeline)
      #expect(outcome.code == 0, "\(variant): \(outcome.errors)")
      let picture = try folder.image("\(number).png")
      #expect((picture.width, picture.height) == (32, 24))
      pictures.insert(try folder.bytes("\(number).png"))
    }
    // The picture fits into one tile.
    #expect(pictures.count == variants.count - 1)
    for (arguments, says) in [
      ([], "wants a control image"), (image + ["--width", "40"], "32x24"),
      (["--control-image", "none.png"], "none.png"),
      (image + ["--control-guidance-start", "2"], "--control-guidance-start"),
    ] as [([String], String)] {
      let outcome = try generate(
        ["-p", "a", "-o", "bad.png"] + arguments, in: folder, pipeline: pipeline)
      #expect([64, 66].contains(outcome.code) && outcome.errors.contains(says), "\(outcome)")
    }
    let plain = try generate(["-p", "a", "-o", "bad.png"] + image, in: folder)
    #expect(plain.code == 64 && plain.errors.contains("no ControlNet"), "\(plain.errors)")
    #expect(!folder.files.contains("bad.png"))
  }

  /// Latents and pictures are cut where that is asked for, each by itself.
  @Test func tilesCount() throws {
    let folder = try TemporaryFolder()
    let variants = [[], ["--vae-tile", "32"], ["--latent-tile", "32"], ["--vae-tile", "512"]]
    var pictures: [[UInt8]] = []
    for (number, variant) in variants.enumerated() {
      let common = ["-p", "rain", "--width", "80", "--height", "16", "--steps", "2"]
      let outcome = try generate(common + ["-o", "\(number).png"] + variant, in: folder)
      #expect(outcome.code == 0, "\(variant): \(outcome.errors)")
      pictures.append(try folder.bytes("\(number).png"))
    }
    #expect(Set(pictures).count == 3)
    // The picture fits into one tile.
    #expect(pictures[3] == pictures[0])
  }

  @Test func tellsASeedOfItsOwn() throws {
    let folder = try TemporaryFolder()
    let common = ["-p", "a", "--width", "16", "--height", "16", "--steps", "1"]
    let outcome = try generate(common + ["-s", "-1", "-o", "a.png"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let seed = try #require(outcome.output.split(whereSeparator: \.isWhitespace).last)
    #expect(outcome.output == "seed \(seed)\n")
    _ = try generate(common + ["-s", String(seed), "-o", "b.png"], in: folder)
    #expect(try folder.bytes("a.png") == folder.bytes("b.png"))
  }

  @Test(
    arguments: [
      (["-o", "a.png", "--width", "17"], 64, "multiple of 4"),
      (["-o", "a.png", "--steps", "0"], 64, "--steps"),
      (["-o", "a.png", "--steps", "2000"], 65, "the schedule allows 1 to 1000"),
      (["-o", "a.png", "--scheduler", "magic"], 64, "magic"),
      (["-o", "a.png", "--vae-tile", "8"], 64, "--vae-tile"),
      (["-o", "a.png", "--latent-tile", "8"], 64, "--latent-tile"),
      (["-o", "a.png", "--rng", "dice"], 64, "dice"), (["-o", "a.xyz"], 64, "does not end in"),
      (["-o", "there.png"], 73, "exists already"),
    ] as [([String], Int32, String)])
  func refusals(_ arguments: [String], _ code: Int32, _ says: String) throws {
    let folder = try TemporaryFolder()
    try folder.write([1], "there.png")
    let outcome = try generate(["-p", "a"] + arguments, in: folder)
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains(says), "\(outcome.errors)")
    #expect(folder.files == ["there.png"])
  }

  @Test(arguments: [
    ("model_index.json", "{", Int32(65), "model_index.json"),
    ("model_index.json", #"{"_class_name": "FluxPipeline"}"#, 65, "FluxPipeline"),
    ("unet/config.json", "[]", 65, "unet/config.json"),
    ("scheduler/scheduler_config.json", #"{"_class_name": "Magic"}"#, 65, "Magic"),
    ("tokenizer/merges.txt", "a b c", 65, "line 1"),
    ("vae/diffusion_pytorch_model.safetensors", "", 65, "vae"),
  ]) func refusesDamagedPipelines(
    _ file: String, _ text: String, _ code: Int32, _ says: String
  ) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: Self.pipeline("sd15"), toPath: folder.path("pipeline"))
    try folder.write(Array(text.utf8), "pipeline/" + file)
    let outcome = try generate(
      ["-p", "a", "-o", "a.png"], in: folder, pipeline: folder.path("pipeline"))
    #expect(outcome.code == code)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains(says), "\(outcome.errors)")
    try FileManager.default.removeItem(atPath: folder.path("pipeline/" + file))
    let missing = try generate(
      ["-p", "a", "-o", "a.png"], in: folder, pipeline: folder.path("pipeline"))
    #expect(missing.code == 66, "\(missing.errors)")
    #expect(!folder.files.contains("a.png"))
  }
}
