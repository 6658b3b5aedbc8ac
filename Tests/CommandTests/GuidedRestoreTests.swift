import Checkpoints
import Foundation
import Images
import Paths
import Tensors
import Testing

/// `limpid restore` with the tiny LMDIR of the fixtures of LimpidTests: texts, references and
/// steps.
@Suite(.serialized) struct GuidedRestoreTests {
  private static func fixture(_ entry: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../SystemFixtures/Fixtures/\(entry)").standardized.path
  }

  /// A folder with the model, its parts beside it, and two pictures.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("model")
    try folder.makeFolder("in")
    let parts = [
      "lmdir.safetensors": "lmdir/restorer.safetensors",
      "text_encoder": "pipelines/sdxl/text_encoder", "tokenizer": "pipelines/sdxl/tokenizer",
      "text_to_image": "pipelines/sdxl",
    ]
    for (name, source) in parts {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("model/" + name), withDestinationPath: fixture(source))
    }
    for name in ["a", "b"] { try folder.write(tensor("picture"), "in/\(name).png") }
    try folder.write(tensor("reference"), "clean.png")
    return folder
  }

  /// A picture of the fixture, on 255ths where the fixture's own is.
  private static func tensor(_ name: String) throws -> Image {
    let tensor = try SafetensorsFile(path: Path(fixture("lmdir/expected.safetensors")))
      .tensor(named: name)
    return Image(
      width: tensor.shape[2], height: tensor.shape[1], channels: .rgb, samples: tensor.floats)
  }

  private func restore(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    try Command.run(
      ["restore", "-m", "model/lmdir.safetensors", "-g", "reference"] + arguments, in: folder,
      environment: ["XDG_CACHE_HOME": folder.path("cache")])
  }

  private static let texts = [
    "--degradation-text", "a photo of noise", "--content-text", "an astronaut on a photo",
  ]

  /// Each turn's picture is that of the restatement, up to the rounding to eight bits.
  @Test func removesOneDegradationAfterAnother() throws {
    let folder = try Self.folder()
    let outcome = try restore(
      Self.texts + [
        "--degradation-text", "rain!", "--reference-image", "clean.png", "--keep-steps", "-i",
        "in/a.png", "-o", "out/a.png", "--json",
      ], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.images(in: "out") == ["a.png", "a_step_1.png", "a_step_2.png"])
    for (name, expected) in [("a_step_1", "given.0"), ("a_step_2", "given.1"), ("a", "given.1")] {
      let image = try folder.image("out/\(name).png")
      let wanted = try Self.tensor(expected).samples
      let difference = zip(image.samples, wanted).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 0.6 / 255, "\(name)")
    }
    let settings = try #require(try folder.image("out/a.png").recordedSettings)
    for part in [
      "degradation-text 'a photo of noise', degradation-text 'rain!'",
      "content-text 'an astronaut on a photo'", "reference-image clean.png (sha256 ",
      "step 1 'a photo of noise', step 2 'rain!'",
    ] {
      #expect(settings.contains(part), "\(settings)")
    }
    #expect(!folder.files.contains { $0.contains("references") })
    let rounds = outcome.output.split(separator: "\n").filter { $0.contains(#""event": "round""#) }
    #expect(rounds.count == 2)
  }

  /// A reference is painted in the first run alone, and each gives the same bytes.
  @Test func paintsReferencesOnce() throws {
    let folder = try Self.folder()
    func painted(_ output: String, _ more: [String] = []) throws -> Int {
      let outcome = try restore(
        Self.texts + ["-i", "in/a.png", "-o", output, "--json", "--steps", "2"] + more, in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").filter { $0.contains("painting") }.count
    }
    #expect(try painted("1.png") == 2)
    #expect(folder.files.filter { $0.hasPrefix("cache/limpid/references/") }.count == 1)
    #expect(try painted("2.png") == 0)
    #expect(try painted("3.png", ["--no-cache-references"]) == 2)
    #expect(try painted("4.png", ["--reference-cache", "kept"]) == 2)
    #expect(folder.files.filter { $0.hasPrefix("kept/") }.count == 1)
    let first = try folder.bytes("1.png")
    for other in ["2.png", "3.png", "4.png"] { #expect(try folder.bytes(other) == first) }
    // Another seed, another size, another guidance.
    let variants = [["-s", "5"], ["--reference-size", "64"], ["--guidance-scale", "2"]]
    for (number, variant) in variants.enumerated() {
      #expect(try painted("v\(number).png", variant) == 2)
      #expect(try folder.bytes("v\(number).png") != first)
    }
  }

  /// Each option makes another picture, and says so in the picture's metadata.
  @Test func optionsCountAndAreRecorded() throws {
    let folder = try Self.folder()
    let (wrong, shown) = (["--degradation-text", "rain!"], ["--content-text", "a photo"])
    let (told, given) = (wrong + shown, ["--reference-image", "clean.png"])
    let variants: [RecordedArguments] = [
      (told, "degradation-text 'rain!', content-text 'a photo', steps 2, rng philox, seed 42"),
      (["--degradation-text", "noise"] + shown, "degradation-text 'noise'"),
      (wrong + told, "degradation-text 'rain!', degradation-text 'rain!', content-text"),
      (wrong + ["--content-text", "an astronaut"], "content-text 'an astronaut'"),
      (told + ["--guidance-scale", "2"], "guidance-scale 2.0"),
      (told + ["--steps", "3"], "steps 3"), (told + ["--seed", "5"], "seed 5"),
      (told + ["--rng", "cpu"], "rng cpu"),
      (told + ["--reference-size", "64"], "reference-size 64"),
      (told + given, "reference-image clean.png (sha256 "),
      (told + given + ["--tile", "32", "--tile-overlap", "4"], "tile 32x32"),
    ]
    try expectRecords(variants, model: "(LMDIR, sha256 ", in: folder) { arguments, output in
      let steps = arguments.contains("--steps") ? [] : ["--steps", "2"]
      return try restore(arguments + steps + ["-i", "in/a.png", "-o", output], in: folder)
    }
  }

  /// A command that fails for one image costs that image, in one line.
  @Test func asksACommandForTexts() throws {
    let folder = try Self.folder()
    let script = """
      case "$1" in in/b.png) echo broken >&2; exit 3;; esac
      case "$2" in *wrong*) echo noise;; *) echo a street;; esac
      """
    try folder.write(Array(script.utf8), "caption.sh")
    let arguments = [
      "--caption-command", "sh caption.sh", "--reference-image", "clean.png", "-i", "in", "-o",
      "out",
    ]
    let outcome = try restore(arguments, in: folder)
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("in/b.png: the caption command ended with exit code 3: broken"))
    #expect(folder.images(in: "out") == ["a.png"])
    let settings = try #require(try folder.image("out/a.png").recordedSettings)
    #expect(settings.contains("caption-command 'sh caption.sh'"))
    #expect(settings.contains("degradation-text 'noise', content-text 'a street'"))
    // What the files say is not asked for.
    try folder.write(Array(#"{"degradation": "rain", "content": "b"}"#.utf8), "in/b.json")
    let second = try restore(arguments + ["--resume"], in: folder)
    #expect(second.code == 0, "\(second.errors)")
    #expect(second.errors.contains("1 were done already"))
  }

  /// A describer is asked both questions, and what it says counts as what is given does.
  @Test func asksADescriberForBothTexts() throws {
    let server = try StubServer { request in
      let isOfDamage = request.question?.text.contains("wrong") == true
      return StubServer.completion(isOfDamage ? "a photo of noise" : "an astronaut on a photo")
    }
    defer { server.stop() }
    let folder = try Self.folder()
    let arguments = ["--reference-image", "clean.png", "-i", "in/a.png"]
    for (texts, name) in [(["--describer", server.address], "asked"), (Self.texts, "given")] {
      let outcome = try restore(arguments + texts + ["-o", "\(name).png"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    #expect(server.requests.count == 2)
    let asked = try folder.image("asked.png")
    #expect(try asked.samples == folder.image("given.png").samples)
    let settings = try #require(asked.recordedSettings)
    #expect(
      settings.contains(
        "degradation-text 'a photo of noise', content-text 'an astronaut on a photo'"))
  }

  /// A text that changes has its own image restored again, and no other.
  @Test func resumesByTexts() throws {
    let folder = try Self.folder()
    func write(_ degradation: String, _ name: String) throws {
      let text = "{\"degradation\": \"\(degradation)\", \"content\": \"a photo\"}"
      try folder.write(Array(text.utf8), "in/\(name).json")
    }
    try write("noise", "a")
    try write("noise", "b")
    let arguments = [
      "--reference-image", "clean.png", "-i", "in", "-o", "out", "--resume", "--json",
    ]
    func restored(_ more: [String] = []) throws -> [String] {
      let outcome = try restore(arguments + more, in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").filter { $0.contains("image_done") }
        .map { $0.contains("in/a.png") ? "a" : "b" }.sorted()
    }
    #expect(try restored() == ["a", "b"])
    #expect(try restored() == [])
    let before = try folder.bytes("out/b.png")
    try write("rain", "b")
    #expect(try restored() == ["b"])
    #expect(try folder.bytes("out/b.png") != before)
    #expect(try restored(["--degradation-text", "haze"]) == ["a", "b"])
    try folder.write(Self.tensor("picture"), "clean.png")
    #expect(try restored(["--degradation-text", "haze"]) == ["a", "b"])
    #expect(try restored(["--degradation-text", "haze"]) == [])
  }

  @Test(
    arguments: [
      ([], 64, "beside it; give --degradation-text or --caption-command"),
      (["--degradation-text", "a"], 64, "no content text"),
      (texts + ["--reference-image", "none.png"], 66, "none.png"),
      (texts + ["--prompt", "a"], 64, "--prompt"), (texts + ["--eta", "1"], 64, "--eta"),
      (texts + ["--caption-timeout", "0"], 64, "--caption-timeout"),
      (texts + ["--reference-size", "65"], 64, "--reference-size"),
      (texts + ["--caption-command", " "], 64, "--caption-command"),
      (["--caption-command", "false"], 2, "the caption command ended with exit code 1"),
      (["--caption-command", "sleep 60 #", "--caption-timeout", "1"], 2, "no answer within 1 s"),
    ] as [([String], Int32, String)])
  func refusals(_ arguments: [String], _ code: Int32, _ says: String) throws {
    let folder = try Self.folder()
    let outcome = try restore(arguments + ["-i", "in/a.png", "-o", "out.png"], in: folder)
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains(says), "\(outcome.errors)")
    #expect(!folder.files.contains("out.png"))
  }

  @Test(arguments: [
    ["--content-text", "a"], ["--caption-command", "true"], ["--reference-image", "clean.png"],
    ["--keep-steps"], ["--guidance-scale", "2"],
  ])
  func othersTakeNoGuides(_ arguments: [String]) throws {
    let folder = try Self.folder()
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in/a.png", "-o", "out.png"] + arguments, in: folder)
    #expect(outcome.code == 64 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(arguments[0]))
  }

  @Test func saysWhatARunWouldTake() throws {
    let folder = try Self.folder()
    let outcome = try restore(
      Self.texts + ["-i", "in", "-o", "out", "--dry-run", "--steps", "2"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").count == 2)
    #expect(folder.images(in: "out").isEmpty)
    #expect(!folder.files.contains { $0.contains("references") })
  }
}
