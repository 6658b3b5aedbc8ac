import Foundation
import Images
import Testing

/// `limpid restore` with the tiny TextualDegRemoval that LimpidTests are made with.
@Suite struct GuidanceImageTests {
  private static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../SystemFixtures/Fixtures/textualdegremoval/guided.safetensors")
    .standardized.path

  private func restore(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    try Command.run(
      ["restore", "-i", "in.png", "-m", Self.model, "-g", "reference", "-q"] + arguments,
      in: folder)
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(try SampleFiles.png(), "in.png")
    return folder
  }

  /// A guidance image is painted once, kept, and the same as one that is given.
  @Test func paintsKeepsAndTakesGuidanceImages() throws {
    let folder = try folder()
    let painting = ["--steps", "2", "--rng", "cpu", "--reference-cache", "kept"]
    for output in ["first.png", "second.png"] {
      let outcome = try restore(painting + ["-o", output], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path("kept"))
    #expect(kept.count == 1)
    let first = try folder.image("first.png")
    #expect(try folder.image("second.png").samples == first.samples)
    let given = try restore(
      ["--reference-image", "kept/" + (kept.first ?? ""), "-o", "given.png"], in: folder)
    #expect(given.code == 0, "\(given.errors)")
    #expect(try folder.image("given.png").samples == first.samples)
    let other = try restore(painting + ["--cfg-scale", "2", "-o", "other.png"], in: folder)
    #expect(other.code == 0, "\(other.errors)")
    #expect(try folder.image("other.png").samples != first.samples)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("kept")).count == 2)
  }

  /// Painted guidance images are written by name, and a folder of them goes in by name.
  @Test func takesAndWritesFoldersOfGuidanceImages() throws {
    let folder = try folder()
    let painting = ["--steps", "2", "--no-cache-references", "--keep-references", "--json"]
    let outcome = try restore(painting + ["-o", "out.png"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("out_reference.png"))
    try folder.makeFolder("painted")
    try folder.write(try folder.bytes("out_reference.png"), "painted/in.png")
    let given = try restore(["--reference-image", "painted", "-o", "given.png"], in: folder)
    #expect(given.code == 0, "\(given.errors)")
    #expect(try folder.image("given.png").samples == folder.image("out.png").samples)
    #expect(try folder.image("given.png").recordedSettings?.contains("image in.png (sha") == true)
    try folder.makeFolder("empty")
    let none = try restore(["--reference-image", "empty", "-o", "none.png"], in: folder)
    #expect(none.code == 66 && none.errors.contains("no reference named in"), "\(none.errors)")
  }

  @Test func refusesWhatItCannotDo() throws {
    let folder = try folder()
    for (arguments, code, said) in [
      (["--reference-image", "nothing.png"], 66, "nothing.png"),
      (["--eta", "1"], 64, "--eta"), (["--keep-steps"], 64, "--keep-steps"),
      (["--content-text", "a"], 64, "--content-text"),
      (["--template", "a photo"], 64, "one {}"), (["--token-index", "7"], 64, "words 0 to 2"),
    ] {
      let outcome = try restore(arguments + ["-o", "out.png"], in: folder)
      #expect(outcome.code == Int32(code), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(said), "\(arguments): \(outcome.errors)")
      #expect(!folder.files.contains("out.png"))
    }
  }
}
