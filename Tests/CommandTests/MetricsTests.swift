import Foundation
import Images
import Quality
import Testing

/// `limpid metrics`, and `restore` with references.
@Suite struct MetricsTests {
  /// `a` and `b` with pairs of pictures, one of them in two formats, and one without a partner.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "a/trip", "b/trip"] { try folder.makeFolder(name) }
    try folder.write(brightened(SampleFiles.image()), "a/one.png")
    try folder.write(SampleFiles.image(), "b/one.png")
    try folder.write(SampleFiles.image(), "a/trip/two, too.png")
    try folder.write(SampleFiles.image(), "b/trip/two, too.tif")
    return folder
  }

  /// Whether a number of a report is another; JSONSerialization may change the last digit.
  private static func isSame(_ value: Any?, _ other: Double?) -> Bool {
    abs((value as? Double ?? .nan) - (other ?? .nan)) < 1e-10
  }

  private static func brightened(_ image: Image) -> Image {
    Image(
      width: image.width, height: image.height, channels: image.channels,
      samples: image.samples.map { min(1, $0 + 8 / 255) })
  }

  @Test func aFileIsMeasuredAgainstAnother() throws {
    let folder = try Self.folder()
    let report = try Command.run(["metrics", "a/one.png", "b/one.png", "--json"], in: folder)
      .json()
    let images = try #require(report["images"] as? [[String: Any]])
    #expect(images.count == 1 && images[0]["image"] as? String == "one.png")
    let (a, b) = (try folder.image("a/one.png"), try folder.image("b/one.png"))
    #expect(Self.isSame(images[0]["psnr"], psnr(a, b)))
    #expect(Self.isSame(images[0]["ssim"], ssim(a, b)))
    #expect(images[0]["niqe"] is NSNull)
  }

  @Test func flagsSayWhatCounts() throws {
    let folder = try Self.folder()
    let report = try Command.run(
      ["metrics", "a/one.png", "b/one.png", "--json", "--crop-border", "1", "--channels", "y"],
      in: folder
    ).json()
    var options = QualityOptions()
    (options.border, options.channels) = (1, .y)
    let mean = try #require(report["mean"] as? [String: Any])
    let expected = try psnr(folder.image("a/one.png"), folder.image("b/one.png"), options)
    #expect(Self.isSame(mean["psnr"], expected))
  }

  @Test func foldersBecomeTables() throws {
    let folder = try Self.folder()
    let table = try Command.run(["metrics", "a", "b"], in: folder)
    #expect(table.code == 0, "\(table.errors)")
    let lines = table.output.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(lines[0] == ["image", "PSNR", "SSIM", "NIQE"])
    #expect(lines.map(\.first) == ["image", "one.png", "trip/two,", "mean"])
    #expect(lines[1][1] == "30.069" && lines[2].suffix(3) == ["inf", "1.0000", "-"])
    let csv = try Command.run(["metrics", "a", "b", "--csv"], in: folder)
    let rows = csv.output.split(separator: "\n")
    #expect(rows.count == 3 && rows[0] == "image,psnr,ssim,niqe")
    #expect(rows[2] == #""trip/two, too.png",inf,1.0,"#)
  }

  @Test func whatHasNoPartnerIsTold() throws {
    let folder = try Self.folder()
    try folder.write(SampleFiles.image(), "a/three.png")
    try folder.write(SampleFiles.image(width: 9), "b/one.png")
    let outcome = try Command.run(["metrics", "a", "b", "--csv"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("b: it holds nothing for three.png"))
    #expect(outcome.errors.contains("b/one.png: it has 9x13 pixels, one.png 20x13"))
    #expect(outcome.output.split(separator: "\n").count == 2)
    #expect(try Command.run(["metrics", "a", "c"], in: folder).code == 66)
  }

  @Test func referencesAreNotNeeded() throws {
    let folder = try Self.folder()
    try folder.write(SampleFiles.image(width: 200, height: 150), "large.png")
    let report = try Command.run(["metrics", "large.png", "--json"], in: folder).json()
    let mean = try #require(report["mean"] as? [String: Any])
    #expect(mean["psnr"] is NSNull && mean["ssim"] is NSNull)
    #expect(try Self.isSame(mean["niqe"], niqe(folder.image("large.png"))))
  }

  @Test func weightsGiveLPIPS() throws {
    let folder = try Self.folder()
    let sides = (width: 48, height: 40)
    for name in ["a", "b"] {
      let image = SampleFiles.image(width: sides.width, height: sides.height)
      try folder.write(name == "a" ? Self.brightened(image) : image, "\(name)/large.png")
    }
    let weights = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../NetworksTests/Fixtures/lpips-vgg/checkpoint.safetensors")
    let words = ["metrics", "a", "b", "--lpips", weights.path, "-g", "reference"]
    let outcome = try Command.run(words + ["--csv"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let rows = outcome.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows[0] == ["image", "psnr", "ssim", "niqe", "lpips"])
    #expect(rows[1][0] == "large.png" && Double(rows[1][4]).map { $0 > 0 && $0 < 2 } == true)
    // Too small for the network.
    #expect(rows[2][0] == "one.png" && rows[2][4] == "")
    let report = try Command.run(words + ["--json"], in: folder).json()
    let mean = try #require(report["mean"] as? [String: Any])
    #expect(Self.isSame(mean["lpips"], Double(rows[1][4])))
  }

  @Test func lpipsWantsReferencesAndItsWeights() throws {
    let folder = try Self.folder()
    #expect(try Command.run(["metrics", "a", "--lpips", "w"], in: folder).code == 64)
    let others = try Command.run(["metrics", "a", "b", "--lpips", "builtin"], in: folder)
    #expect(others.code == 65 && others.errors.contains("not LPIPS"))
    #expect(try Command.run(["metrics", "a", "b", "--lpips", "none"], in: folder).code == 66)
  }

  @Test func aRunMeasuresWhatItRestores() throws {
    let folder = try Self.folder()
    let words = ["restore", "-g", "reference", "-i", "a", "--reference-folder", "b", "--overwrite"]
    let table = try Command.run(words + ["-o", "out"], in: folder)
    #expect(table.code == 0, "\(table.errors)")
    #expect(table.errors.contains("PSNR") && table.errors.contains("mean"))
    let events = try Command.run(words + ["-o", "out", "--json"], in: folder)
    let lines = try events.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let done = lines.filter { $0["event"] as? String == "image_done" }
    #expect(done.count == 2)
    for event in done where event["in"] as? String == "a/one.png" {
      let expected = try psnr(folder.image("out/one.png"), folder.image("b/one.png"))
      #expect(Self.isSame(event["psnr"], expected))
    }
    #expect(lines.last?["ssim"] is Double)
  }
}
