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

  @Test func refusesWhatItCannotDo() throws {
    let folder = try folder()
    for (arguments, code, said) in [
      (["--reference-image", "nothing.png"], 66, "nothing.png"),
      (["--eta", "1"], 64, "--eta"), (["--keep-steps"], 64, "--keep-steps"),
      (["--content-text", "a"], 64, "--content-text"),
    ] {
      let outcome = try restore(arguments + ["-o", "out.png"], in: folder)
      #expect(outcome.code == Int32(code), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(said), "\(arguments): \(outcome.errors)")
      #expect(!folder.files.contains("out.png"))
    }
  }
}
