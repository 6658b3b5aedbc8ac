import Foundation
import Images
import TestSupport
import Testing

/// `limpid restore` with a tiny AutoDIR: its options count, and are recorded in what it writes.
@Suite struct AutoDIRCommandTests {
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../SystemFixtures/Fixtures/autodir").standardized

  /// A folder with the checkpoint, its tokenizer and a picture.
  private func folder(
    keeping isKept: (String) -> Bool = { _ in true }
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try AutoDIRCheckpoint.write(to: folder.url, fixture: Self.fixture, keeping: isKept)
    try folder.write(SampleFiles.image(width: 20, height: 13), "in.png")
    return folder
  }

  private func restore(
    _ arguments: [String], to output: String, in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    let common = [
      "restore", "-m", "autodir.safetensors", "-g", "cpu", "-i", "in.png", "-o", output,
    ]
    let steps = arguments.contains("--steps") ? [] : ["--steps", "2"]
    return try Command.run(common + steps + ["--rng", "cpu"] + arguments, in: folder)
  }

  /// Each option makes another picture, and says so in the picture's metadata.
  @Test func optionsCountAndAreRecorded() throws {
    let folder = try folder()
    let blur = ["--degradations", "blur"]
    let variants: [RecordedArguments] = [
      (blur, "degradations blur, structure-weight paper, steps 2, cfg-text 1.0, cfg-image 1.0"),
      (["--degradations", "blur,haze"], "degradations blur,haze"),
      (
        ["--degradations", "low-resolution"], "degradations low resolution, structure-weight paper"
      ),
      (
        ["--degradations", "low_resolution", "--structure-weight", "code"], "structure-weight code"
      ),
      (blur + ["--structure-weight", "0.5"], "structure-weight 0.5"),
      (blur + ["--steps", "3"], "steps 3"),
      (blur + ["--cfg-text", "2.5"], "cfg-text 2.5, cfg-image 1.0"),
      (blur + ["--cfg-image", "1.5"], "cfg-text 1.0, cfg-image 1.5"),
      (blur + ["--seed", "5"], "rng cpu, seed 5"),
      (blur + ["--truncate", "--bit-depth", "16"], "truncated true"),
      (blur + ["--bit-depth", "16"], "degradations blur"),
      (["--prompt", "a photo"], "prompt 'a photo'"), (["--loop-steps", "1"], "loop-steps 1"),
      (["--prompt", "a photo", "-p", "a"], "prompt 'a photo', prompt 'a', structure-weight"),
      (blur + ["--upscale", "2"], "seed 42, upscale 2"),
      (["--loop-steps", "1", "--assessment-crops", "2", "--upscale", "2"], "assessment-crops 2"),
      (blur + ["--need-resize", "64"], "seed 42, need-resize 64"),
      (blur + ["--color-fix", "adain"], "seed 42, color-fix adain"),
    ]
    try expectRecords(variants, model: "(AutoDIR, sha256 ", in: folder) {
      try restore($0, to: $1, in: folder)
    }
  }

  /// The autoencoder sees tiles where that is asked for, of a picture that is diffused whole.
  @Test func theAutoencoderSeesTiles() throws {
    let folder = try folder()
    try folder.write(SampleFiles.image(width: 45, height: 13), "in.png")
    let variants = [[], ["--vae-tile", "32"], ["--vae-tile", "-1"], ["--vae-tile", "64"]]
    var pictures: [[Float]] = []
    for (number, variant) in variants.enumerated() {
      let outcome = try restore(
        ["--degradations", "blur"] + variant, to: "\(number).png", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      pictures.append(try folder.image("\(number).png").samples)
    }
    #expect(pictures[1] != pictures[0])
    #expect(pictures[2] == pictures[0] && pictures[3] == pictures[0])
    let settings = try #require(try folder.image("1.png").recordedSettings)
    #expect(settings.contains("tile auto, ") && settings.contains("vae-tile 32x32"), "\(settings)")
  }

  /// A text beside a picture is followed there alone, and not where it was said what to remove.
  @Test func followsTextsBesidePictures() throws {
    let folder = try folder()
    try folder.makeFolder("pictures")
    for name in ["a", "b"] { try folder.write(SampleFiles.image(), "pictures/\(name).png") }
    try folder.write(Array(#"{"prompt": "a photo"}"#.utf8), "pictures/a.json")
    func restore(_ input: String, to output: String, _ more: [String] = []) throws {
      let arguments = [
        "restore", "-m", "autodir.safetensors", "-g", "cpu", "--steps", "2", "--loop-steps", "1",
        "-i", input, "-o", output,
      ]
      let outcome = try Command.run(arguments + more, in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    try restore("pictures", to: "out")
    try restore("pictures", to: "chosen", ["--degradations", "blur"])
    try folder.write(SampleFiles.image(), "a.png")
    try restore("a.png", to: "told.png", ["--prompt", "a photo"])
    try restore("a.png", to: "untold.png")
    let (told, untold) = (try folder.image("told.png"), try folder.image("untold.png"))
    let followed = try folder.image("out/a.png")
    #expect(followed.samples == told.samples && followed.samples != untold.samples)
    #expect(followed.recordedSettings?.contains("prompt 'a photo'") == true)
    for name in ["out/b.png", "chosen/a.png"] {
      #expect(try folder.image(name).recordedSettings?.contains("prompt") == false)
    }
  }

  /// `--truncate` cuts to 255ths what is otherwise rounded.
  @Test func truncatesAsTheOfficialCode() throws {
    let folder = try folder()
    let common = ["--degradations", "blur", "--bit-depth", "16"]
    #expect(try restore(common, to: "whole.png", in: folder).code == 0)
    #expect(try restore(common + ["--truncate"], to: "cut.png", in: folder).code == 0)
    let (whole, cut) = (try folder.image("whole.png"), try folder.image("cut.png"))
    for (whole, cut) in zip(whole.samples, cut.samples) {
      #expect(abs(cut * 255 - (cut * 255).rounded()) < 0.01)
      #expect((-0.01...1.01).contains((whole - cut) * 255))
    }
  }

  /// `--keep-steps` writes the picture after each step; the last of them is the result.
  @Test func keepsSteps() throws {
    let folder = try folder()
    let outcome = try restore(
      ["--degradations", "noise,rain", "--keep-steps", "--json"], to: "out.png", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let kept = folder.files.filter { $0.hasPrefix("out_step") }
    #expect(kept == ["out_step_1.png", "out_step_2.png"])
    #expect(try folder.image("out_step_2.png").samples == folder.image("out.png").samples)
    #expect(try folder.image("out_step_1.png").samples != folder.image("out.png").samples)
    let events = try outcome.output.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    let rounds = events.filter { $0["event"] as? String == "round" }
    #expect(rounds.map { $0["label"] as? String } == ["noise", "rain"])
    for round in rounds {
      let probabilities = try #require(round["probabilities"] as? [String: Double])
      #expect(probabilities.count == 8 && abs(probabilities.values.reduce(0, +) - 1) < 1e-3)
      #expect(round["structure_weight"] as? Double == 1 && round["ms"] as? Double != nil)
    }
    let steps = events.filter { $0["event"] as? String == "step" }
    #expect(steps.map { $0["number"] as? Int } == [1, 2, 1, 2])
  }

  /// `--keep-both` writes what is diffused alone and with the whole structure correction.
  @Test func keepsBothResults() throws {
    let folder = try folder()
    let arguments = ["--degradations", "low-resolution", "--keep-both", "--json"]
    let outcome = try restore(arguments, to: "out.png", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let kept = folder.files.filter { $0.hasPrefix("out_step") }
    #expect(kept == ["out_step_1_corrected.png", "out_step_1_diffused.png"])
    #expect(outcome.output.contains("out_step_1_diffused.png"))
    let pictures = try (kept + ["out.png"]).map { try folder.image($0).samples }
    #expect(Set(pictures).count == 3)
  }

  /// Two pictures in one call have the bytes of two calls.
  @Test func picturesDoNotMatterToEachOther() throws {
    let folder = try folder()
    try folder.makeFolder("pictures")
    try folder.write(SampleFiles.image(width: 20, height: 13), "pictures/a.png")
    try folder.write(SampleFiles.image(width: 9, height: 17), "pictures/b.png")
    func restore(_ input: String, to output: String) throws -> Command.Outcome {
      try Command.run(
        [
          "restore", "-m", "autodir.safetensors", "-g", "cpu", "--steps", "2", "--loop-steps", "2",
          "-i", input, "-o", output,
        ], in: folder)
    }
    #expect(try restore("pictures", to: "both").code == 0)
    for name in ["a.png", "b.png"] {
      #expect(try restore("pictures/" + name, to: "alone/" + name).code == 0)
      #expect(try folder.bytes("both/" + name) == folder.bytes("alone/" + name))
    }
  }

  @Test(
    arguments: [
      (["--degradations", "sharpness"], "no degradation"), (["--degradations", "no"], "'no'"),
      (["--degradations", "blur", "--prompt", "a"], "exclude each other"),
      (["--structure-weight", "much"], "--structure-weight"), (["--cfg-text", "-1"], "--cfg-text"),
      (["--tlc"], "leave out --tlc"), (["--loop-steps", "8"], "--loop-steps"),
      (["--tile", "64x32"], "squares"), (["--need-resize", "8"], "--need-resize"),
      (["--need-resize", "--upscale", "2"], "exclude each other"),
    ] as [([String], String)])
  func refusals(_ arguments: [String], _ says: String) throws {
    let folder = try folder()
    let outcome = try restore(arguments, to: "out.png", in: folder)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(!folder.files.contains("out.png"))
  }

  /// Every network of the checkpoint can be inspected and run alone.
  @Test(arguments: [
    ("unet", "UNet2DConditionModel"), ("vae", "AutoencoderKL"), ("text_encoder", "CLIPTextModel"),
    ("image_encoder", "CLIPVisionModel"), ("structure_correction", "NAFNet"),
  ])
  func partsStandAlone(_ component: String, _ architecture: String) throws {
    let folder = try folder()
    let arguments = ["autodir.safetensors", "--component", component, "--json"]
    let report = try Command.run(["inspect"] + arguments, in: folder).json()
    #expect(report["architecture"] as? String == architecture)
    let bench = ["bench", "-g", "cpu", "--size", "16x16", "-r", "1", "--warmup", "0"]
    let timed = try Command.run(bench + arguments, in: folder)
    #expect(timed.code == 0, "\(timed.errors)")
    let other = ["autodir.safetensors", "--component", "controlnet"]
    #expect(try Command.run(["inspect"] + other, in: folder).code == 64)
  }

  /// A checkpoint without a part says which, before anything runs.
  @Test func namesThePartThatIsMissing() throws {
    let folder = try folder { !$0.hasPrefix("NAFNet.") }
    let outcome = try restore([], to: "out.png", in: folder)
    #expect(outcome.code == 65 && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("structure correction"), "\(outcome.errors)")
    #expect(!folder.files.contains("out.png"))
  }

  /// Texts of one's own need a tokenizer.
  @Test func promptsNeedATokenizer() throws {
    let folder = try folder()
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("tokenizer"))
    let outcome = try restore(["--prompt", "a photo"], to: "out.png", in: folder)
    #expect([64, 65, 66].contains(outcome.code), "\(outcome.errors)")
    #expect(outcome.errors.contains("tokenizer"), "\(outcome.errors)")
    #expect(!folder.files.contains("out.png"))
  }
}
