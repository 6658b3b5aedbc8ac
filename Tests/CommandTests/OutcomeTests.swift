import Foundation
import Testing

/// Whatever a search meets is restored, fails, is skipped or is passed over, and told.
@Suite struct OutcomeTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    try folder.makeFolder("in/sub")
    for name in ["in/good.png", "in/.hidden.png", "in/sub/b.png"] {
      try folder.write(SampleFiles.image(width: 8, height: 8), name)
    }
    for name in ["in/a.gif", "in/a.DNG", "in/notes.txt", "in/notes"] {
      try folder.write(Array("text".utf8), name)
    }
    for (link, target) in [("lost.png", "none"), ("self.png", "self.png"), ("up", "..")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("in/sub/" + link), withDestinationPath: target)
    }
    return folder
  }

  private static let arguments = ["restore", "-g", "reference", "-i", "in", "-o", "out"]

  @Test func everythingIsTold() throws {
    let folder = try Self.folder()
    let outcome = try Command.run(Self.arguments, in: folder)
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(folder.images(in: "out") == ["good.png", "sub/b.png"])
    for line in [
      "in/a.gif: passed over: GIF is not read", "in/sub/up: passed over: the folder was searched",
      "in/sub/lost.png: it is a link to nothing", "self.png: it is a link that leads to itself",
      "6 passed over: 2 no picture", "2 of 4 images failed",
    ] {
      #expect(outcome.errors.contains(line), "\(line) in \(outcome.errors)")
    }
    #expect(!outcome.errors.contains("notes.txt"))
    let more = try Command.run(Self.arguments + ["--skip-existing", "-v"], in: folder)
    #expect(more.code == 1 && more.errors.contains("in/notes.txt: passed over: no picture"))
    let verified = try Command.run(["verify", "out"], in: folder)
    #expect(verified.code == 1 && verified.errors.contains("sub/lost.png: it is a link to nothing"))
    #expect(verified.errors.contains("a.DNG: passed over: a camera's raw file is not read"))
    #expect(verified.errors.contains("2 images are sound, 6 passed over"), "\(verified.errors)")
  }

  @Test func everythingIsAnEvent() throws {
    let folder = try Self.folder()
    let outcome = try Command.run(
      Self.arguments + ["--json", "--exclude", "*.gif", "--limit", "1"], in: folder)
    let events = try outcome.output.split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    func names(_ kind: String) -> [String] {
      events.filter { $0["event"] as? String == kind }.compactMap { $0["in"] as? String }.sorted()
    }
    #expect(names("image_done") == ["in/good.png"])
    #expect(names("image_failed") == ["in/sub/lost.png", "in/sub/self.png"])
    #expect(
      names("image_passed_over")
        == ["in/.hidden.png", "in/a.DNG", "in/a.gif", "in/sub/b.png", "in/sub/up"])
    let done = try #require(events.last)
    #expect(done["ok"] as? Int == 1 && done["failed"] as? Int == 2)
    #expect(done["passed_over"] as? Int == 7)
  }

  /// Another user's folders, which this one may not read, or list but not enter.
  @Test(.enabled(if: geteuid() != 0), arguments: [0o000, 0o444, 0o111])
  func unreadableFoldersStopNothing(_ mode: Int) throws {
    let folder = try Self.folder()
    let sub = folder.path("in/sub")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: sub)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sub) }
    let outcome = try Command.run(Self.arguments, in: folder)
    #expect(outcome.code == 1 && outcome.errors.contains("Permission denied"), "\(outcome.errors)")
    #expect(folder.images(in: "out") == ["good.png"])
  }

  @Test func aFolderWithoutImagesSaysWhatItHolds() throws {
    let folder = try Self.folder()
    let outcome = try Command.run(Self.arguments + ["--include", "*.webp"], in: folder)
    #expect(outcome.code == 66)
    let counts = "passed over: 4 not asked for, 2 no picture, 1 GIF is not read"
    #expect(outcome.errors.contains(counts), "\(outcome.errors)")
  }
}
