import Images
import Testing

/// How `limpid restore` cuts images and takes statistics, with the built-in NAFNet.
@Suite struct TileOptionTests {
  private func restore(
    _ arguments: [String], to output: String, in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    try Command.run(
      ["restore", "-g", "reference", "-i", "in.png", "-o", output] + arguments, in: folder)
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(width: 40, height: 37), "in.png")
    return folder
  }

  /// Tiles and windows each make another picture, and the picture's metadata says which.
  @Test func choicesCountAndAreRecorded() throws {
    let folder = try folder()
    let variants: [RecordedArguments] = [
      ([], "tile auto"), (["-t", "32"], "tile 32x32"), (["-t", "32x16"], "tile 32x16"),
      (["--tlc", "16"], "tile auto, tlc 16, tlc-window 24"),
      (["--tlc", "16", "--tlc-window", "20"], "tlc 16, tlc-window 20"),
      (["--tlc", "16", "-t", "32"], "tile 32x32, tlc 16, tlc-window 24"),
    ]
    let images = try expectRecords(variants, model: "(NAFNet, ", in: folder) {
      try restore($0 + ["--bit-depth", "16"], to: $1, in: folder)
    }
    #expect(images[0].recordedSettings?.hasSuffix("tile auto") == true)
    // The same windows as for crops of 256 pixels do not fit into this image.
    let outcome = try restore(["--tlc", "--bit-depth", "16"], to: "large.png", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let large = try folder.image("large.png")
    #expect(large.samples == images[0].samples)
    #expect(large.recordedSettings?.hasSuffix("tlc 256, tlc-window 384") == true)
  }

  @Test func tilesWarnUnlessWindowsFit() throws {
    let folder = try folder()
    let plain = try restore(["-t", "32"], to: "a.png", in: folder)
    #expect(plain.errors.contains("NAFNet looks at the whole image at once"), "\(plain.errors)")
    #expect(plain.errors.contains("the test-time local converter"))
    let local = try restore(["-t", "32", "--tlc", "16"], to: "b.png", in: folder)
    #expect(local.code == 0 && !local.errors.contains("whole image"), "\(local.errors)")
  }

  @Test(
    arguments: [
      (["--tlc", "0"], "--tlc is 8"), (["--tlc-window", "20"], "--tlc-window needs --tlc"),
      (["--tlc", "16", "--tlc-window", "1"], "--tlc-window is 8"), (["-t", "8"], "--tile is 0"),
      (["--vae-tile", "x"], "--vae-tile is 0"), (["--vae-tile", "64"], "leave out --vae-tile"),
      (["--tile-overlap", "5000"], "--tile-overlap"),
    ] as [([String], String)])
  func refusals(_ arguments: [String], _ says: String) throws {
    let folder = try folder()
    let outcome = try restore(arguments, to: "out.png", in: folder)
    #expect(outcome.code == 64 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(folder.files == ["in.png"])
  }
}
