import Foundation
import Images
import Testing

/// Pictures are enlarged with nothing downloaded.
@Suite struct BuiltInUpscalerTests {
  private static func restored(_ arguments: [String]) throws -> (Image, Command.Outcome) {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(.rgba, width: 13, height: 9), "in.png")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in.png", "-o", "out.png"] + arguments, in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return (try folder.image("out.png"), outcome)
  }

  @Test(arguments: [2, 3, 4])
  func scaleAloneChoosesIt(_ scale: Int) throws {
    let (image, _) = try Self.restored(["--scale", "\(scale)"])
    #expect(image.width == 13 * scale && image.height == 9 * scale)
    #expect(image.channels == .rgba)
  }

  @Test(arguments: [("builtin-x2", 2), ("builtin-x4", 4)])
  func theyHaveNames(_ name: String, _ scale: Int) throws {
    let (image, _) = try Self.restored(["-n", name])
    #expect(image.width == 13 * scale && image.height == 9 * scale)
    let inspected = try Command.run(["inspect", name], in: TemporaryFolder())
    #expect(inspected.output.contains("SRVGGNetCompact"), "\(inspected.errors)")
  }

  @Test func noneEnlargesMoreThanFourTimes() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    let outcome = try Command.run(
      ["restore", "-i", "in.png", "-o", "out.png", "--scale", "5"], in: folder)
    #expect(outcome.code == 64 && outcome.errors.contains("4 times, not 5 times"))
    #expect(folder.files == ["in.png"])
  }
}
