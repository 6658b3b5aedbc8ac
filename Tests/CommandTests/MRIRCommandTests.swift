import Images
import Testing

/// `limpid restore` with the tiny MRIR of LimpidTests: its options count, and are recorded.
@Suite struct MRIRCommandTests {
  /// What is recorded of the model.
  private static let model = "(MRIR refine layer, sha256 "

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    return folder
  }

  private func restore(
    _ arguments: [String], to output: String, in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    let common = [
      "restore", "-m", SampleFiles.mrir, "-g", "reference", "-i", "in.png", "-o", output,
    ]
    let usual = [("--steps", "2"), ("--process-size", "0")].filter { !arguments.contains($0.0) }
    return try Command.run(common + usual.flatMap { [$0.0, $0.1] } + arguments, in: folder)
  }

  /// Each option makes another picture, and says so in the picture's metadata.
  @Test func optionsCountAndAreRecorded() throws {
    let folder = try folder()
    let told = ["--prompt", "photo"]
    let variants: [RecordedArguments] = [
      (told, "upscale 1, process-size 0, sampler ddpm, steps 2, guidance-scale 5.5"),
      (["--prompt", "an"], "prompt 'an'"), (told + ["--upscale", "2"], "upscale 2"),
      (told + ["--quality-prompt", "e"], "quality-prompt 'e'"),
      (told + ["--negative-prompt", "b"], "negative-prompt 'b'"),
      (told + ["--controlnet-conditioning-scale", "0.5"], "controlnet-conditioning-scale 0.5"),
      (told + ["--no-image-context"], "image-context none"),
      (told + ["--start", "noise"], "start noise"),
      (told + ["--color-fix", "wavelet"], "color-fix wavelet"),
      (told + ["--color-fix", "adain"], "color-fix adain"),
      (told + ["--process-size", "24"], "process-size 24, sampler ddpm, steps 2"),
      (told + ["--steps", "3"], "steps 3"), (told + ["--cfg-scale", "2"], "guidance-scale 2.0"),
      (told + ["--seed", "5"], "rng philox, seed 5"), (told + ["--rng", "cpu"], "rng cpu"),
    ]
    let images = try expectRecords(variants, model: Self.model, in: folder) {
      try restore($0, to: $1, in: folder)
    }
    for (image, variant) in zip(images, variants) {
      let scale = variant.arguments.contains("--upscale") ? 2 : 1
      #expect(image.width == 20 * scale && image.height == 13 * scale)
    }
  }

  /// Latents and pictures are cut where that is asked for, each by itself.
  @Test func tilesCountAndAreRecorded() throws {
    let folder = try folder()
    try folder.write(SampleFiles.image(width: 75, height: 14), "in.png")
    let variants: [RecordedArguments] = [
      ([], "tile auto, "), (["--tile", "32", "--tile-overlap", "4"], "tile 32x32"),
      (["--tile", "32", "--vae-tile", "-1"], "vae-tile never"),
      (["--vae-tile", "32"], "vae-tile 32x32"),
    ]
    try expectRecords(variants, model: Self.model, in: folder) {
      try restore(["--prompt", "photo"] + $0, to: $1, in: folder)
    }
  }

  /// The text beside a picture is as good as the option.
  @Test func takesTextsFromFiles() throws {
    let folder = try folder()
    #expect(try restore(["--prompt", "photo"], to: "told.png", in: folder).code == 0)
    try folder.write(Array(#"{"prompt": "photo"}"#.utf8), "in.json")
    #expect(try restore([], to: "read.png", in: folder).code == 0)
    #expect(try folder.image("read.png").samples == folder.image("told.png").samples)
    #expect(try folder.image("read.png").recordedSettings?.contains("prompt 'photo'") == true)
  }

  @Test func saysWhatARunWouldTake() throws {
    let folder = try folder()
    let outcome = try restore(["--prompt", "photo", "--dry-run"], to: "out.png", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("in.png -> out.png  20x13, "), "\(outcome.output)")
    #expect(!folder.files.contains("out.png"))
  }

  @Test(
    arguments: [
      ([], "texts.json beside it; give --prompt or --caption-command"),
      (["--prompt", "a", "--upscale", "9"], "--upscale"),
      (["--prompt", "a", "--controlnet-conditioning-scale", "11"], "--controlnet-conditioning"),
      (["--prompt", "a", "--color-fix", "much"], "--color-fix"),
      (["--prompt", "a", "--start", "later"], "--start"),
      (["--prompt", "a", "--eta", "1"], "--eta"),
      (["--prompt", "a", "--loop-steps", "3", "--keep-steps"], "--keep-steps, --loop-steps"),
      (["--prompt", "a", "--patch", "32"], "--patch"), (["--prompt", "a", "--tlc"], "--tlc"),
      (["--prompt", "a", "--content-text", "b"], "--content-text"),
    ] as [([String], String)])
  func refusals(_ arguments: [String], _ says: String) throws {
    let folder = try folder()
    let outcome = try restore(arguments, to: "out.png", in: folder)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(!folder.files.contains("out.png"))
  }

  @Test(
    arguments: [
      ["--upscale", "2"], ["--no-image-context", "--color-fix", "adain"],
      ["--loop-steps", "2", "--cfg-text", "2", "--keep-steps", "--seed", "7"],
    ])
  func othersRefuseItsOptions(_ arguments: [String]) throws {
    let folder = try folder()
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in.png", "-o", "out.png"] + arguments, in: folder)
    #expect(outcome.code == 64 && outcome.errorLines.count == 1, "\(outcome.errors)")
    for flag in arguments where flag.hasPrefix("--") { #expect(outcome.errors.contains(flag)) }
    #expect(folder.files == ["in.png"])
  }
}
