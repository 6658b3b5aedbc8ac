import Checkpoints
import Conformance
import Images
import Networks
import Paths
import Testing

/// `limpid restore` of both views of a dual-pixel camera, by a small random network.
@Suite struct RightViewTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var restormer = Restormer.Configuration()
    (restormer.inputChannels, restormer.isDualPixel) = (6, true)
    (restormer.backbone.dim, restormer.backbone.blocks) = (8, [1, 1, 1, 1])
    restormer.refinementBlocks = 1
    var guided = Guided<Restormer>.Configuration(Restormer(restormer))
    (guided.encoderBlocks, guided.fusionBlocks) = ([1, 1, 1, 1], [1, 1, 1, 1])
    let manifest = try Guided(guided).manifest
    let weights = SeededWeights(manifest, seed: "views")
    try Safetensors.write(
      try manifest.entries.map { ($0.path, try weights.tensor($0.path)) },
      to: Path(folder.path("views.safetensors")))
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
}
