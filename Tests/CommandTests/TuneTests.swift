import Foundation
import Images
import Testing

/// `limpid tune`, and what other commands make of what it keeps.
@Suite struct TuneTests {
  private static func run(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? NSHomeDirectory()
    let programs = folder.path("cache/limpid")
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    // Programs that are built already are taken from where they are.
    try? FileManager.default.createSymbolicLink(
      atPath: programs + "/programs", withDestinationPath: cache + "/limpid/programs")
    return try Command.run(
      arguments, in: folder, environment: ["XDG_CACHE_HOME": folder.path("cache")])
  }

  private static func tunings(in folder: TemporaryFolder) -> [String] {
    let path = folder.path("cache/limpid/tuning")
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .map { "cache/limpid/tuning/" + $0 }
  }

  /// A search says what became of every choice, and keeps a file that the next run reads in
  /// silence; a damaged one costs a line, and nothing else.
  @Test func keepsWhatItFinds() throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.run(
      ["tune", "builtin", "--size", "16x24", "-g", "cpu", "-r", "3", "--json"]
        + ["--choice", "depthwise-rows", "--choice", "tile-pairs"], in: folder)
    #expect(outcome.code == 0 && outcome.errorLines.count == 1)
    let lines = try outcome.output.split(separator: "\n").map { line in
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(value as? [String: Any])
    }
    #expect(lines.compactMap { $0["choice"] as? String } == ["tile-pairs", "depthwise-rows"])
    let file = try #require(Self.tunings(in: folder).first)
    #expect(lines.last?["file"] as? String == folder.path(file))

    let bench = ["bench", "--size", "16x24", "-r", "1", "-g", "cpu"]
    let quiet = try Self.run(bench, in: folder)
    #expect(quiet.code == 0 && quiet.errors.isEmpty)
    try folder.write(Array("{\"format\": 1,".utf8), file)
    let told = try Self.run(bench, in: folder)
    #expect(told.code == 0 && told.errorLines.count == 1)
    #expect(told.errors.contains("\(folder.path(file)) is passed over"))
    try folder.write(SampleFiles.image(), "in.png")
    let restored = try Self.run(
      ["restore", "-i", "in.png", "-o", "out.png", "-g", "cpu", "-j", "1:2:1"], in: folder)
    #expect(restored.code == 0 && restored.errors.contains("is passed over"))
    #expect(restored.errors.components(separatedBy: "is passed over").count == 2)
  }

  @Test func dryRunsKeepNothing() throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.run(
      ["tune", "builtin", "--size", "16x24", "-g", "cpu", "-r", "3", "--dry-run"]
        + ["--choice", "attention-queries"], in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("attention-queries: 256 stays\n"))
    #expect(outcome.output.contains("nothing is faster"))
    #expect(Self.tunings(in: folder).isEmpty)
  }

  @Test(arguments: [
    (["-g", "reference"], "reference has nothing to tune"),
    (["-g", "cpu", "--choice", "nonsense"], "no choice \"nonsense\" here; there are"),
    (["-g", "cpu", "--math", "strict", "--choice", "winograd-tiles"], "no choice"),
    (["-r", "1"], "-r is 3 to 1000"),
    (["--component", "unet"], "--component needs a file"),
  ])
  func refuses(_ arguments: [String], _ says: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.run(["tune"] + arguments, in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains(says))
    #expect(Self.tunings(in: folder).isEmpty)
  }
}
