import Images
import Paths
import TestSupport
import Testing

/// `limpid restore` and `limpid precision` of both views of a dual-pixel camera, by a small random
/// network.
@Suite struct RightViewTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try DualPixelCheckpoint.write(to: Path(folder.path("views.safetensors")))
    for place in ["left", "right"] { try folder.makeFolder(place) }
    let image = SampleFiles.image(width: 21, height: 14, depth: .sixteen)
    let other = Image(
      width: 21, height: 14, channels: .rgb, samples: image.samples.reversed(), depth: .sixteen)
    try folder.write(image, "left/a.png")
    try folder.write(other, "right/a.png")
    try folder.write(image, "clean.png")
    return folder
  }

  private static func restore(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    try Command.run(
      [
        "restore", "-g", "reference", "-m", "views.safetensors", "--reference-image", "clean.png",
      ] + arguments, in: folder)
  }

  /// In a process for the device, with 16 bits as the left view has; swapped views are others.
  @Test func bothViewsAreRestored() throws {
    let folder = try Self.folder()
    for (left, right, output) in [("left", "right", "out"), ("right", "left", "swapped")] {
      let outcome = try Self.restore(["-i", left, "--right-view", right, "-o", output], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let image = try folder.image("out/a.png")
    #expect(image.depth == .sixteen)
    #expect(image.recordedSettings?.contains("right-view a.png (sha256 ") == true)
    #expect(try image.samples != folder.image("swapped/a.png").samples)
  }

  @Test(
    arguments: [
      (
        [], 64,
        "views of a dual-pixel camera, and one was given; give the right one with --right-view"
      ),
      (["--right-view", "none"], 66, "none"),
      (["--right-view", "right", "--tta"], 64, "leave out --tta"),
    ] as [([String], Int32, String)])
  func wrongViewsAreOneLine(_ arguments: [String], _ code: Int32, _ says: String) throws {
    let folder = try Self.folder()
    let outcome = try Self.restore(arguments + ["-i", "left/a.png", "-o", "out.png"], in: folder)
    #expect(outcome.code == code && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
  }

  /// Every way of computing sees both views, the imitation their middles.
  @Test func precisionSeesBothViews() throws {
    let folder = try Self.folder()
    let outcome = try Command.run(
      [
        "precision", "views.safetensors", "-g", "cpu", "-i", "left", "--right-view", "right",
        "--reference-image", "clean.png", "--json",
      ], in: folder, environment: try ImitatedGPU.runtime())
    #expect(outcome.code == 0, "\(outcome.errors)")
    let report = try outcome.json()
    #expect(report.modes == ["f32", "storage", "emulated_matrix_units"], "\(report)")
    #expect(report.lastCosts("psnr").allSatisfy { $0 > 40 }, "\(report)")
  }

  @Test(
    arguments: [
      (["-i", "left"], "and one was given; give the right one with --right-view"),
      (["--right-view", "right"], "--right-view belongs to pictures"),
    ] as [([String], String)])
  func precisionRefusesWrongViews(_ arguments: [String], _ says: String) throws {
    let folder = try Self.folder()
    let outcome = try Command.run(
      ["precision", "views.safetensors", "-g", "cpu", "--reference-image", "clean.png"] + arguments,
      in: folder)
    #expect(outcome.code == 64 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
  }
}
