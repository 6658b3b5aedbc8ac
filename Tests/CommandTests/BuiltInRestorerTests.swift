import Foundation
import Images
import Testing

/// Haze, rain and noise go with nothing downloaded.
@Suite struct BuiltInRestorerTests {
  @Test func itHasANameAndItsOwnSteps() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(.rgb, width: 13, height: 9), "in.png")
    let outcome = try Command.run(
      [
        "restore", "-g", "reference", "-n", "up-restorer-small", "-i", "in.png", "-o", "out.png",
        "--keep-transmission",
      ], in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.files == ["in.png", "out.png", "out_transmission.png"])
    let map = try folder.image("out_transmission.png")
    #expect(map.width == 13 && map.height == 9)
    let settings = try #require(try folder.image("out.png").recordedSettings)
    #expect(settings.contains("steps 2, eta 0"), "\(settings)")
  }

  @Test func noTransmissionWhereThereIsNone() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    for (arguments, words) in [
      (["-o", "out.png"], "keep-transmission"),
      (["-n", "up-restorer-small", "-o", "-"], "needs an output that is a file"),
      (["-n", "up-restorer-small", "-o", "out.png", "--patch", "16"], "transmission of patches"),
    ] {
      let outcome = try Command.run(
        ["restore", "-i", "in.png", "--keep-transmission"] + arguments, in: folder)
      #expect(outcome.code == 64 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(folder.files == ["in.png"])
  }
}
