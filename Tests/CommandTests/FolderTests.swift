import Foundation
import Images
import Testing

/// Folders in, folders out.
@Suite struct FolderTests {
  /// `in` with images in three folders.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    try folder.makeFolder("in/trip")
    try folder.makeFolder("in/trip/day 2")
    for name in ["a.png", "b.jpg", "trip/a.png", "trip/c.webp", "trip/day 2/d.tif"] {
      try folder.write(SampleFiles.image(width: 8, height: 8), "in/\(name)")
    }
    try folder.write([0], "in/notes.txt")
    return folder
  }

  private static func restore(_ arguments: [String], in folder: TemporaryFolder) throws
    -> Command.Outcome
  {
    try Command.run(["restore", "-g", "reference"] + arguments, in: folder)
  }

  @Test func subfoldersAreKept() throws {
    let folder = try Self.folder()
    let outcome = try Self.restore(["-i", "in", "-o", "out"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      folder.images(in: "out")
        == ["a.png", "b.jpg", "trip/a.png", "trip/c.webp", "trip/day 2/d.tif"])
    #expect(try folder.image("out/trip/c.webp").format == .webp)
    #expect(try folder.image("out/trip/day 2/d.tif").format == .tiff)
  }

  /// Arguments, and the outputs that they give.
  static let selections: [([String], [String])] = [
    (["-i", "in", "--no-recursive"], ["a.png", "b.jpg"]),
    (["-i", "in", "--include", "*.png"], ["a.png", "trip/a.png"]),
    (["-i", "in", "--include", "trip/*", "--exclude", "*.tif"], ["trip/a.png", "trip/c.webp"]),
    (["-i", "in/*.jpg"], ["b.jpg"]),
    (["-i", "in/trip/?.png", "-i", "in/b.jpg"], ["a.png", "b.jpg"]),
    (["-i", "in", "--limit", "2"], ["a.png", "b.jpg"]),
    (["-i", "in", "--limit", "1", "--suffix", "-x"], ["a-x.png"]),
    (
      ["-i", "in/trip", "--no-recursive", "--name-template", "{parent}{stem}_{model}.{ext}"],
      ["a_builtin.png", "c_builtin.webp"]
    ),
    (["-i", "in", "--exclude", "trip/*", "-f", "webp"], ["a.webp", "b.webp"]),
    (["--files-from", "list"], ["a.png", "in/trip/a.png"]),
  ]

  @Test(arguments: selections)
  func imagesAreSelected(_ arguments: [String], _ outputs: [String]) throws {
    let folder = try Self.folder()
    let list = "in/trip/a.png\r\n\n\(folder.path("in/a.png"))\n"
    try folder.write(Array(list.utf8), "list")
    let outcome = try Self.restore(arguments + ["-o", "out"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.images(in: "out") == outputs)
  }

  @Test func anOutputInsideTheInputIsNotRestoredAgain() throws {
    let folder = try Self.folder()
    for suffix in ["1", "2"] {
      let outcome = try Self.restore(
        ["-i", "in", "-o", "in/out", "--suffix", suffix, "--no-embed-settings"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    #expect(folder.images(in: "in/out").count == 10)
  }

  @Test func collisionsAreFoundBeforeWorkBegins() throws {
    let folder = try Self.folder()
    try folder.write(SampleFiles.image(), "in/a.jpg")
    let outcome = try Self.restore(["-i", "in", "-o", "out", "-f", "png"], in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("in/a.jpg and in/a.png would both become out/a.png"))
    #expect(folder.images(in: "out").isEmpty)
  }

  @Test func existingOutputsAreRefusedSkippedOrReplaced() throws {
    let folder = try Self.folder()
    try folder.makeFolder("out")
    try folder.write([1, 2, 3], "out/a.png")
    let arguments = ["-i", "in", "-o", "out", "--no-recursive"]
    let refused = try Self.restore(arguments, in: folder)
    #expect(refused.code == 73)
    #expect(refused.errors.contains("out/a.png: it exists already"))
    #expect(folder.images(in: "out") == ["a.png"])
    let skipped = try Self.restore(arguments + ["--skip-existing", "--json"], in: folder)
    #expect(skipped.code == 0)
    #expect(skipped.output.contains("\"ok\": 1, \"failed\": 0, \"skipped\": 1"))
    #expect(try folder.bytes("out/a.png") == [1, 2, 3])
    let replaced = try Self.restore(arguments + ["--overwrite"], in: folder)
    #expect(replaced.code == 0)
    #expect(try folder.image("out/a.png").width == 8)
  }

  @Test func inPlaceKeepsTheOriginals() throws {
    let folder = try Self.folder()
    let before = try folder.bytes("in/a.png")
    let outcome = try Self.restore(["-i", "in", "--no-recursive", "--in-place"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.bytes("in/a.png.orig") == before)
    #expect(try folder.bytes("in/a.png") != before)
    let again = try Self.restore(["-i", "in", "--no-recursive", "--in-place"], in: folder)
    #expect(again.code == 73)
    #expect(try folder.bytes("in/a.png.orig") == before)
  }

  @Test func aDryRunWritesNothing() throws {
    let folder = try Self.folder()
    try folder.write(Array("no picture".utf8), "in/bad.png")
    let before = folder.files
    let outcome = try Self.restore(
      ["-i", "in", "-o", "out", "--dry-run", "-t", "16"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("in/trip/c.webp -> out/trip/c.webp  8x8, "))
    #expect(outcome.errors.contains("in/bad.png: not a PNG"))
    #expect(outcome.errors.contains("5 of 6 images, about "))
    #expect(folder.files == before)
  }

  @Test func shardsArePartsOfTheWhole() throws {
    let folder = try Self.folder()
    for shard in 0..<3 {
      let outcome = try Self.restore(
        ["-i", "in", "-o", "out", "--shard", "\(shard)/3"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let verified = try Command.run(["verify", "out", "--shards", "3"], in: folder)
      #expect(verified.code == (shard < 2 ? 1 : 0))
      #expect(verified.output == ["1-2\n", "2\n", ""][shard])
    }
    #expect(folder.images(in: "out").count == 5)
    try folder.write([0], "out/b.jpg")
    let verified = try Command.run(["verify", "out", "--shards", "3"], in: folder)
    #expect(verified.code == 1 && verified.errors.contains("b.jpg is missing or changed"))
  }

  /// A folder does not depend on how it is divided among threads, processes, devices and batches.
  @Test func everyDivisionGivesTheSameBytes() throws {
    let folder = try Self.folder()
    let divisions: [[String]] = [
      ["-j", "1:1:1", "--batch-size", "1"], ["-j", "4:2:4"],
      ["-g", "reference,reference", "--batch-size", "4"],
    ]
    for (index, division) in divisions.enumerated() {
      let outcome = try Self.restore(["-i", "in", "-o", "out\(index)"] + division, in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    for name in folder.images(in: "out0") {
      let first = try folder.bytes("out0/\(name)")
      for index in 1..<divisions.count {
        #expect(try folder.bytes("out\(index)/\(name)") == first, "\(name) \(divisions[index])")
      }
    }
  }
}
