import Foundation
import Testing

@testable import Paths

/// Names are bytes: no test here holds where they are compared or split as text.
@Suite struct PathTests {
  @Test func namesAreSplitAtSlashesAndPointsAlone() {
    let mark: Path = "mark/\u{301}x.png"
    #expect(mark.name == "\u{301}x.png" && mark.folder == "mark")
    #expect(mark.name.stem == "\u{301}x" && mark.name.ending == "png")
    let tone: Path = "a/\u{1F3FD}z.\u{301}png"
    #expect(tone.name.stem == "\u{1F3FD}z" && tone.name.ending == "\u{301}png")
    #expect(Path("a/b/").name == "b" && Path("a/b/").folder == "a/b")
    #expect(Path("a").folder == "." && Path("/a").folder == "/" && Path("/").name == "/")
    #expect(Path(".png").stem == ".png" && Path(".png").ending.isEmpty)
    #expect(Path("a.").stem == "a" && Path("a.").ending.isEmpty)
  }

  @Test func namesOfOneTextInTwoFormsAreTwo() {
    let forms: [Path] = ["caf\u{E9}.png", "cafe\u{301}.png"]
    #expect(forms[0] != forms[1] && Set(forms).count == 2)
    #expect(forms.sorted() == [forms[1], forms[0]])
    #expect(!Path("caf\u{E9}/x").hasPrefix("cafe\u{301}"))
  }

  @Test func pathsAreJoinedAndTakenApart() {
    #expect(Path("a").appending("b") == "a/b" && Path("a/").appending("b") == "a/b")
    #expect(Path("").appending("b") == "b" && Path("/").appending("b") == "/b")
    #expect(Path("a/b/c").below("a") == "b/c" && Path("ab/c").below("a") == nil)
    #expect(Path("/a").below("/") == "a" && Path("a/\u{301}").below("a") == "\u{301}")
    #expect(Path("/a//b/").parts == ["a", "b"])
    let path: Path = "\(Path(bytes: [0xF1])).\(1)"
    #expect(path.bytes == [0xF1, 0x2E, 0x31])
  }

  /// Bytes, and the text that stands for them.
  static let texts: [([UInt8], String)] = [
    (Array("plain \u{1F3FD}.png".utf8), "plain \u{1F3FD}.png"),
    (Array("Mu".utf8) + [0xF1] + Array("oz".utf8), #"Mu\xF1oz"#),
    ([0xE2, 0x82], #"\xE2\x82"#), ([0xED, 0xB3, 0xB1], #"\xED\xB3\xB1"#),
    ([0xC0, 0x80, 0x0A], "\\xC0\\x80\n"),
    (Array(#"a\xF1"#.utf8), #"a\x5CxF1"#), (Array(#"a\xG1\"#.utf8), #"a\xG1\"#),
    (Array(#"\xF"#.utf8) + [0xF1], #"\xF\xF1"#), (Array(#"\x5CxF1"#.utf8), #"\x5Cx5CxF1"#),
  ]

  @Test(arguments: texts)
  func everyPathHasATextOfItsOwn(_ bytes: [UInt8], _ text: String) throws {
    let path = Path(bytes: bytes)
    #expect(path.text.utf8.elementsEqual(text.utf8))
    #expect(Path(text: path.text) == path)
    let coded = try JSONEncoder().encode([path])
    #expect(try JSONDecoder().decode([Path].self, from: coded) == [path])
  }

  @Test func noTwoPathsHaveOneText() {
    let letters = Array(#"\xF1"#.utf8) + [0xF1, 0xC3]
    var paths: [[UInt8]] = [[]]
    for _ in 0..<5 { paths += paths.suffix(Int(1e5)).flatMap { p in letters.map { p + [$0] } } }
    let distinct = Set(paths)
    #expect(Set(distinct.map { Path(bytes: $0).text }).count == distinct.count)
    #expect(distinct.allSatisfy { Path(text: Path(bytes: $0).text).bytes == $0 })
  }

  @Test func foldersListNamesOfAllBytes() throws {
    var template = Array("/tmp/limpid-paths-XXXXXX".utf8CString)
    let folder = Path(cString: try #require(mkdtemp(&template)))
    let names = [[0x4D, 0xF1], Array("\u{301}".utf8), Array(#"\xF1"#.utf8)].map(Path.init(bytes:))
    defer {
      for name in names + ["link", "loop"] { unlink(folder.appending(name).cString) }
      rmdir(folder.cString)
    }
    for name in names {
      let file = open(folder.appending(name).cString, O_CREAT | O_WRONLY, 0o600)
      try #require(file >= 0)
      close(file)
    }
    #expect(folder.entries?.sorted() == names.sorted())
    #expect(names.allSatisfy { folder.appending($0).kind == .file })
    symlink("none", folder.appending("link").cString)
    symlink("loop", folder.appending("loop").cString)
    #expect(folder.appending("link").kind == nil && folder.appending("link").isLink)
    #expect(folder.appending("link").obstacle == "it is a link to nothing")
    #expect(folder.appending("loop").obstacle == "it is a link that leads to itself")
    #expect(Path("/dev/null").kind == .device && folder.kind == .folder)
  }
}
