import Foundation
import Images
import Testing

@Suite struct RestoreTests {
  @Test(arguments: [Image.Channels.gray, .grayAlpha, .rgb, .rgba], [Image.Depth.eight, .sixteen])
  func keepsSizeDepthAndAlpha(_ channels: Image.Channels, _ depth: Image.Depth) throws {
    let folder = try TemporaryFolder()
    let image = SampleFiles.image(channels, depth: depth)
    try folder.write(image, "in.png")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in.png", "-o", "out.png", "-q"], in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome.errors)")
    let restored = try folder.image("out.png")
    #expect(restored.width == image.width && restored.height == image.height)
    #expect(restored.channels == channels && restored.depth == depth)
    if channels.hasAlpha {
      let last = channels.rawValue - 1
      #expect(restored.plane(last).elementsEqual(try folder.image("in.png").plane(last)))
    }
    #expect(folder.files == ["in.png", "out.png"])
  }

  @Test func runIsAnAliasAndDevicesAgree() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    for (device, name) in [("reference", "a.png"), ("-1", "b.png"), ("0", "c.png")] {
      let outcome = try Command.run(
        ["run", "-g", device, "-t", "-1", "-i", "in.png", "-o", name], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let reference = try folder.image("a.png")
    for name in ["b.png", "c.png"] {
      let pairs = zip(reference.samples, try folder.image(name).samples)
      #expect(pairs.allSatisfy { abs($0 - $1) <= 1.01 / 255 })
    }
  }

  @Test func oneBadImageDoesNotStopTheOthers() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    try folder.write(SampleFiles.image(), "in/a.png")
    try folder.write(Array("no picture".utf8), "in/b.png")
    try folder.write(SampleFiles.image(.gray), "in/c.jpg")
    try folder.write([0], "in/notes.txt")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in", "-o", "new/out"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("1 of 3 images failed"))
    #expect(outcome.errors.contains("in/b.png: not a PNG, JPEG"))
    #expect(
      folder.files.filter { $0.hasPrefix("new/out/") }
        == ["new/out/.limpid-run.jsonl", "new/out/a.png", "new/out/c.jpg"])
    #expect(try folder.image("new/out/c.jpg").format == .jpeg)
  }

  @Test func formatAndDepthAreAsAsked() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    try folder.write(SampleFiles.image(), "in/a.jpg")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in", "-o", "out", "-f", "png", "--bit-depth", "16"],
      in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let image = try folder.image("out/a.png")
    #expect(image.format == .png && image.depth == .sixteen)
  }

  @Test func backgroundMakesJPEGOfAlphaPossible() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(.rgba), "in.png")
    let outcome = try Command.run(
      [
        "restore", "-g", "reference", "-i", "in.png", "-o", "out.jpg", "--background", "#ffffff",
      ], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.image("out.jpg").channels == .rgb)
  }

  @Test func overwriteReplaces() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    try folder.write([1], "out.png")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in.png", "-o", "out.png", "--overwrite"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.image("out.png").width == 20)
  }

  @Test func eventsAreJSONLines() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in.png", "-o", "out.png", "--progress", "json"],
      in: folder)
    let events = try outcome.output.split(separator: "\n").map {
      try #require(
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(
      events.map { $0["event"] as? String }
        == ["run_started", "image_started", "image_done", "run_done"])
    #expect(Set(events.map { $0["run_id"] as? String }).count == 1)
    #expect(events[2]["w"] as? Int == 20 && events[2]["h"] as? Int == 13)
    #expect(events[3]["ok"] as? Int == 1 && events[3]["failed"] as? Int == 0)
  }

  @Test func anInterruptionLeavesNothingBehind() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(width: 512, height: 512), "in.png")
    let command = try Command(
      ["restore", "-g", "reference", "-t", "32", "-i", "in.png", "-o", "out.png", "--json"],
      in: folder)
    command.wait(for: "image_started")
    command.process.interrupt()
    let outcome = try command.wait()
    #expect(outcome.code == 130)
    #expect(outcome.errors == "limpid: interrupted\n")
    #expect(folder.files == ["in.png"])
  }
}
