import Foundation
import Images
import Paths
import Testing

/// Outputs are regular files or nothing, or standard output.
@Suite struct SpecialFileTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(width: 8, height: 8), "a.png")
    return folder
  }

  /// Nothing that is tried here could be replaced by accident outside of the folder.
  static let special: [(name: String, make: @Sendable (String) -> Int32)] = [
    ("pipe.png", { mkfifo($0, 0o600) }), ("null.png", { symlink("/dev/null", $0) }),
    ("stream.png", { symlink("/proc/self/fd/1", $0) }),
    ("chain.png", { symlink("stream.png", $0) + symlink("/proc/self/fd/1", stream(beside: $0)) }),
  ]

  private static func stream(beside path: String) -> String {
    Path(path).folder.appending("stream.png").text
  }

  @Test(arguments: special.indices, [[], ["--overwrite"], ["--skip-existing"]])
  func specialFilesAreNotReplaced(_ index: Int, _ arguments: [String]) throws {
    let folder = try Self.folder()
    let (name, make) = Self.special[index]
    _ = make(folder.path(name))
    let before = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.type]
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "a.png", "-o", name] + arguments, in: folder)
    #expect(outcome.code == 73, "\(outcome.errors)")
    #expect(outcome.errors.contains("which is not replaced"), "\(outcome.errors)")
    #expect(outcome.errors.contains("-o - writes to standard output"))
    #expect(!outcome.errors.contains("--overwrite"))
    let after = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.type]
    #expect(before as? FileAttributeType == after as? FileAttributeType)
  }

  @Test func streamsCarryOnePicture() throws {
    let folder = try Self.folder()
    let outcome = try Command.shell(
      """
      "$LIMPID" restore -g reference -i a.png -o file.png &&
        "$LIMPID" restore -g reference --json -i - -o - < a.png > both.png &&
        cat a.png | "$LIMPID" restore -g reference -i - -o in.png &&
        "$LIMPID" restore -g reference a.png -o - | cat > out.png &&
        "$LIMPID" restore -g reference -f webp -i - -o - < a.png > a.webp
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("\"event\": \"run_done\""))
    let expected = try folder.bytes("file.png")
    for name in ["both.png", "in.png", "out.png"] {
      #expect(try folder.bytes(name) == expected, "\(name)")
    }
    #expect(try folder.image("a.webp").format == .webp)
  }

  /// Arguments, what standard input holds, the exit code and what is said.
  static let refusals: [(String, String, Int32, String)] = [
    ("-i - -i a.png -o out", "a.png", 64, "standard input is one picture"),
    ("-i - -o out/", "a.png", 64, "standard input has no name"),
    ("-i - --in-place", "a.png", 64, "standard input cannot be restored in place"),
    ("-i - --files-from - -o out", "a.png", 64, "a list or an image"),
    ("a.png a.png b.png -o -", "a.png", 64, "standard output takes one picture"),
    ("-i - -o b.png", "/dev/null", 2, "standard input: not a PNG"),
    ("-i - -o -", "/dev/null", 2, "the file is empty"),
  ]

  @Test(arguments: refusals)
  func streamsThatDoNotFitAreRefused(
    _ arguments: String, _ input: String, _ code: Int32, _ says: String
  ) throws {
    let folder = try Self.folder()
    try folder.write(SampleFiles.image(width: 8, height: 8), "b.png")
    let outcome = try Command.shell(
      "\"$LIMPID\" restore -g reference --overwrite \(arguments) < \(input)", in: folder)
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
  }
}
