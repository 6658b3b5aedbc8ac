import Foundation
import Images
import Testing

/// Files that are not one upright picture: TIFF of several pages, and pictures with an orientation.
@Suite struct PageTests {
  private static let pages = [
    SampleFiles.image(width: 12, height: 9), SampleFiles.image(.grayAlpha, width: 7, height: 15),
    SampleFiles.image(width: 12, height: 9, depth: .sixteen),
  ]

  private func file(_ pages: [Image] = Self.pages) throws -> [UInt8] {
    var encoder = PageEncoder(EncodingOptions(format: .tiff))
    for page in pages { try encoder.add(page) }
    return try encoder.finish().bytes
  }

  private func restore(_ options: [String], in folder: TemporaryFolder) throws -> Command.Outcome {
    try Command.run(["restore", "-g", "reference"] + options, in: folder)
  }

  /// Each page is what it becomes as a file of its own, whatever shares its way.
  @Test(arguments: ["1:1:1", "2:1:4"])
  func everyPageIsRestored(_ jobs: String) throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    try folder.write(file(), "in/pages.tif")
    try folder.write(SampleFiles.image(width: 12, height: 9), "in/other.png")
    for (i, page) in Self.pages.enumerated() { try folder.write(page, "\(i).png") }
    let outcome = try restore(
      ["-i", "in", "-o", "out", "--page", "all", "--jobs", jobs, "--progress", "json"], in: folder)
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.output.contains(#""pages": 3"#))
    var found: [Image] = []
    try Image.decodePages(folder.bytes("out/pages.tif"), all: true) { page, _ in
      found.append(page)
      return true
    }
    #expect(found.count == Self.pages.count)
    for (i, page) in found.enumerated() {
      #expect(page.depth == Self.pages[i].depth && page.channels == Self.pages[i].channels)
      #expect(try restore(["-i", "\(i).png", "-o", "\(i)-out.png"], in: folder).code == 0)
      #expect(try page.samples == folder.image("\(i)-out.png").samples)
    }
    let again = try restore(["-i", "in", "-o", "out", "--page", "all", "--resume"], in: folder)
    #expect(again.code == 0 && again.errors.contains("2 were done already"))
    // Other pages are other outputs.
    let first = try restore(["-i", "in", "-o", "out", "--resume"], in: folder)
    #expect(first.code == 0 && !first.errors.contains("done already"), "\(first.errors)")
    #expect(first.errors.contains("in/pages.tif: the TIFF has more pages; only its first"))
  }

  @Test func whatCannotBeDoneIsOneLine() throws {
    let folder = try TemporaryFolder()
    try folder.write(file(), "pages.tif")
    try folder.write(Array(try file().dropLast(40)), "cut.tif")
    for dryRun in [[], ["--dry-run"]] {
      let png = try restore(
        ["-i", "pages.tif", "-o", "out.png", "--page", "all"] + dryRun, in: folder)
      #expect(png.code == 2)
      let line = "pages.tif: it has several pages, which PNG cannot hold; choose --format tif"
      #expect(png.errorLines.first?.hasSuffix(line) == true, "\(png.errors)")
    }
    let cut = try restore(["-i", "cut.tif", "-o", "out.tif", "--page", "all"], in: folder)
    #expect(cut.code == 2 && cut.errorLines.count == 1, "\(cut.errors)")
    #expect(cut.errors.contains("cut.tif: the TIFF is "))
    for option in [["--page", "2"], ["--orientation", "left"]] {
      let outcome = try restore(["-i", "pages.tif", "-o", "out.tif"] + option, in: folder)
      #expect(outcome.code == 64 && outcome.errors.contains(option[1]))
    }
    #expect(folder.files == ["cut.tif", "pages.tif"])
    let plan = try restore(
      ["-i", "pages.tif", "-o", "out.tif", "--page", "all", "--dry-run"], in: folder)
    #expect(plan.code == 0 && plan.output.contains("12x9 and 2 more pages"), "\(plan.output)")
  }

  @Test(arguments: ["jpg", "png", "webp", "tif"])
  func orientationsAreKeptOrBaked(_ ending: String) throws {
    let folder = try TemporaryFolder()
    var image = SampleFiles.image()
    try folder.write(image, "plain.\(ending)")
    image.metadata.exif = Self.turnedRight
    try folder.write(image, "turned.\(ending)")
    let kept = ["-i", "turned.\(ending)", "--orientation", "keep", "-o"]
    #expect(try restore(["-i", "plain.\(ending)", "-o", "upright.png"], in: folder).code == 0)
    #expect(try restore(kept + ["kept.png"], in: folder).code == 0)
    #expect(try restore(kept + ["bare.png", "--strip-metadata"], in: folder).code == 0)
    #expect(try restore(["-i", "turned.\(ending)", "-o", "baked.png"], in: folder).code == 0)
    // Neighbours are the same, so the pixels are; the tag turns them when they are read.
    let expected = try folder.image("upright.png").upright(from: .turnedRight).samples
    #expect(try folder.image("kept.png").samples == expected)
    #expect(try folder.image("bare.png").samples == expected)
    let baked = try folder.image("baked.png")
    #expect(baked.width == image.height && baked.height == image.width)
  }

  /// An EXIF block that holds an orientation of 6.
  private static let turnedRight: [UInt8] =
    Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
}
