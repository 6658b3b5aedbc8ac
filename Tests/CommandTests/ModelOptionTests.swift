import Images
import Testing

/// Networks by name, and what else of `restore` decides pixels.
@Suite struct ModelOptionTests {
  private func restore(_ options: [String], in folder: TemporaryFolder) throws -> Command.Outcome {
    try Command.run(["restore", "-g", "reference", "-i", "in.png"] + options, in: folder)
  }

  @Test func namesAreLookedUpInAFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    try folder.makeFolder("models")
    try folder.makeFolder("other")
    for name in ["models/some.safetensors", "other/b.safetensors"] {
      try SampleFiles.writeUnknownNetwork(to: folder.path(name))
    }
    let missing = try restore(["-n", "none", "-o", "out.png"], in: folder)
    #expect(missing.code == 66 && missing.errorLines.count == 1)
    #expect(missing.errors.contains("models: there is no network 'none', but some"))
    for options in [["-n", "some"], ["-m", "other", "-n", "b"], ["-n", "some.safetensors"]] {
      let found = try restore(options + ["-o", "out.png"], in: folder)
      #expect(found.code == 65, "\(found.errors)")
    }
    #expect(try restore(["-n", "x", "-m", "nowhere", "-o", "out.png"], in: folder).code == 66)
  }

  @Test func eightOrientationsAndDitheringAreRecordedAndResumed() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    #expect(try restore(["-o", "plain.png"], in: folder).code == 0)
    #expect(try restore(["-x", "-o", "out/"], in: folder).code == 0)
    let image = try folder.image("out/in.png")
    #expect(try image.samples != folder.image("plain.png").samples)
    #expect(image.recordedSettings?.contains(", tta") == true)
    let same = try restore(["--tta", "-o", "out/", "--resume"], in: folder)
    #expect(same.code == 0 && same.errors.contains("1 were done already"))
    let other = try restore(["--dither", "--tta", "-o", "out/", "--resume"], in: folder)
    #expect(other.code == 0 && !other.errors.contains("done already"))
    let dithered = try folder.image("out/in.png")
    #expect(dithered.samples != image.samples)
    #expect(zip(dithered.samples, image.samples).allSatisfy { abs($0 - $1) < 1.01 / 255 })
  }
}
