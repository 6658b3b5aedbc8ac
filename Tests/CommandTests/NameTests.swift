import Foundation
import Images
import Paths
import Testing

/// Files of any name are restored, verified and resumed like others.
@Suite struct NameTests {
  static let names: [Path] = [
    "good.png", Path(bytes: Array("Mu".utf8) + [0xF1] + Array("oz.png".utf8)),
    Path(bytes: [0xE9, 0x74, 0xE9] + Array("/x.png".utf8)), "caf\u{E9}.png", "cafe\u{301}.png",
    "\u{301}x.png", "\u{FE0F}y.png", "\u{1F3FD}z.png", #"a\xF1.png"#, "new\nline.png",
    "sub/\u{301}\u{1F3FD}.png",
  ]

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let png = try SampleFiles.png(SampleFiles.image(width: 8, height: 8))
    for name in names {
      let path = Path(folder.path("in")).appending(name)
      try OutputFile.createDirectory(of: path)
      try OutputFile(path).write(png)
    }
    return folder
  }

  /// The relative paths of all images below a folder.
  private static func images(in folder: Path, below prefix: Path = "") -> [Path] {
    (folder.entries ?? []).filter { !$0.isHidden }.flatMap { name -> [Path] in
      let (path, relative) = (folder.appending(name), prefix.appending(name))
      return path.kind == .folder ? images(in: path, below: relative) : [relative]
    }.sorted()
  }

  private static let arguments = ["restore", "-g", "reference", "-i", "in", "-o", "out", "--json"]

  /// The events of one kind.
  private static func events(_ outcome: Command.Outcome, _ kind: String) throws -> [[String: Any]] {
    try outcome.output.split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }.filter { $0["event"] as? String == kind }
  }

  @Test func allAreRestoredVerifiedAndResumed() throws {
    let folder = try Self.folder()
    let out = Path(folder.path("out"))
    let first = try Command.run(Self.arguments, in: folder)
    #expect(first.code == 0, "\(first.errors)")
    #expect(Self.images(in: out) == Self.names.sorted())
    let done = try Self.events(first, "image_done").compactMap { $0["in"] as? String }
    #expect(Set(done.map { Path(text: $0) }) == Set(Self.names.map { Path("in").appending($0) }))
    let verified = try Command.run(["verify", "out"], in: folder)
    #expect(verified.code == 0 && verified.errors.contains("\(Self.names.count) images are sound"))
    let second = try Command.run(Self.arguments + ["--resume"], in: folder)
    #expect(try Self.events(second, "image_done").isEmpty)
    #expect(try Self.events(second, "image_skipped").count == Self.names.count)
    try OutputFile(out.appending(Self.names[1]), overwrite: true).write([0])
    let damaged = try Command.run(["verify", "out"], in: folder)
    #expect(damaged.code == 1)
    #expect(damaged.errors.contains(#"Mu\xF1oz.png is missing or changed"#), "\(damaged.errors)")
    let third = try Command.run(Self.arguments + ["--resume", "--overwrite"], in: folder)
    #expect(try Self.events(third, "image_done").count == 1)
  }

  /// Words of the command line and of the environment.
  @Test func wordsAreBytes() throws {
    let folder = try Self.folder()
    let outcome = try Command.shell(
      #"""
      "$LIMPID" restore -g reference -i "$(printf 'in/Mu\361oz.png')" -o "$(printf 'o\361.png')" &&
        "$LIMPID" restore -g reference --input="$(printf 'in/\314\201x.png')" \
          --output="$(printf '\314\201o.png')" &&
        LIMPID_OUTPUT="$(printf 'e\361/')" "$LIMPID" restore -g reference \
          --include "$(printf 'Mu\361*')" --suffix "$(printf '\361')" -i in
      """#, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let root = Path(folder.url.path)
    #expect(root.appending(Path(bytes: [0x6F, 0xF1] + Array(".png".utf8))).kind == .file)
    #expect(root.appending("\u{301}o.png").kind == .file)
    let renamed = [0x65, 0xF1, 0x2F, 0x4D, 0x75, 0xF1] + Array("oz".utf8) + [0xF1]
    #expect(root.appending(Path(bytes: renamed + Array(".png".utf8))).kind == .file)
  }

  @Test func listsAreBytes() throws {
    let folder = try Self.folder()
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("in/good.png\r\n".utf8)
    let line = Array("in/Mu".utf8) + [0xF1] + Array("oz.png\n".utf8)
    try folder.write(marked + line + line + Array("./in/good.png\n".utf8), "list")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "--files-from", "list", "-o", "out", "--json"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let expected = ["in/good.png", "in/" + Self.names[1]].sorted()
    #expect(Self.images(in: Path(folder.path("out"))) == expected)
    let repeated = try Self.events(outcome, "image_passed_over")
    #expect(repeated.map { $0["reason"] as? String } == ["named before", "named before"])
  }
}
