import Foundation
import Images
import Paths
import Testing

/// Lists that `restore` takes while they are written.
@Suite struct FollowTests {
  private static let options = "restore -g reference --files-from list --follow"

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for place in ["in", "in/trip", "other"] { try folder.makeFolder(place) }
    for (place, name) in ["in/a.png", "in/trip/b.png", "other/a.png", "in/c.png"].enumerated() {
      try folder.write(SampleFiles.png(SampleFiles.image(width: 8 + place, height: 9)), name)
    }
    try folder.write(Array("no picture".utf8), "in/damaged.png")
    return folder
  }

  /// Whoever has written a path has its result while the list goes on; what fails takes nothing
  /// with it, and results are those of a run over a folder.
  @Test func pathsAreRestoredAsTheyAreWritten() throws {
    let folder = try Self.folder()
    let script = """
      mkfifo list; cd in; mv ../list .
      "$LIMPID" \(Self.options) -o ../out --json > ../events 2> ../errors &
      exec 3> list
      tell() { # PATH EVENT
        printf '%s\\n' "$1" >&3
        for i in $(seq 3000); do
          if grep -q "\\"$2\\".*\\"$1\\"" ../events; then echo "$1 $2"; return; fi
          sleep 0.02
        done
      }
      tell a.png image_done; tell missing.png image_failed; tell damaged.png image_failed
      tell trip/b.png image_done; tell a.png image_failed; tell ../other/a.png image_failed
      printf c.png >&3; exec 3>&-; wait $!; echo "it ends with $?"
      rm list damaged.png; exec "$LIMPID" restore -g reference -q -i . -o ../single
      """
    let outcome = try Command.shell(script, in: folder)
    #expect(
      outcome.output == """
        a.png image_done
        missing.png image_failed
        damaged.png image_failed
        trip/b.png image_done
        a.png image_failed
        ../other/a.png image_failed
        it ends with 1

        """)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let names = ["a.png", "c.png", "trip/b.png"]
    #expect(folder.images(in: "out") == names && folder.images(in: "single") == names)
    for name in names { #expect(try folder.bytes("out/\(name)") == folder.bytes("single/\(name)")) }
    let events = String(decoding: try folder.bytes("events"), as: UTF8.self)
    #expect(events.contains("a.png: it exists already"), "\(events)")
    #expect(events.contains("a.png and ../other/a.png would both become"), "\(events)")
    #expect(events.contains(#""ok": 3, "failed": 4"#), "\(events)")
    let verified = try Command.run(["verify", "out"], in: folder)
    #expect(verified.errors.contains("3 images are sound"), "\(verified.errors)")
  }

  @Test func pathsMayEndWithNULs() throws {
    let folder = try TemporaryFolder()
    let name = "new\nline.png"
    try folder.write(SampleFiles.png(), name)
    try folder.write(Array("\(name)\0".utf8), "list")
    let arguments = Self.options.split(separator: " ").map(String.init) + ["nul", "-o", "out"]
    let outcome = try Command.run(arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("1 image restored"))
    #expect(folder.images(in: "out") == [name])
  }

  @Test(arguments: [
    ("--files-from - --follow -o out.png", 64, "it is named like an image"),
    ("--files-from missing --follow -o out", 66, "missing: No such file"),
    ("-i in --follow -o out", 64, "--follow goes with --files-from"),
    ("--files-from - --follow -o out --resume", 64, "without --resume"),
    ("--files-from - --follow -o out --limit 3", 64, "without --limit"),
    ("--files-from - --follow -o -", 64, "standard output takes one picture"),
    ("--files-from - --follow words -o out", 64, "follow"),
  ])
  func whatCannotBeFollowedIsRefused(words: String, code: Int32, message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["restore", "-g", "reference"] + words.split(separator: " ").map(String.init), in: folder)
    #expect(outcome.code == code && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(folder.files.isEmpty)
  }
}
