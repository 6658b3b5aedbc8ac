import Foundation
import Pictures
import Testing

@testable import LimpidCommand

/// Flags that the environment and a settings file say.
@Suite struct OptionSourcesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func words(
    _ words: [String], _ environment: [String: String] = [:], file: String? = nil
  ) throws -> [String] {
    var words = words
    if let file {
      let url = folder.url.appendingPathComponent("settings.json")
      try Data(file.utf8).write(to: url)
      words.append("--config=\(url.path)")
    }
    let settings = try OptionSources(
      completing: words, for: RootCommand.self,
      environment: environment.map { (name: $0.key, value: $0.value) })
    return settings.words.filter { !$0.hasPrefix("--config") }
  }

  @Test func theEnvironmentNamesFlags() throws {
    let environment = [
      "LIMPID_TILE_OVERLAP": "16", "LIMPID_DEVICE": "-1", "LIMPID_OVERWRITE": "true",
      "LIMPID_RECURSIVE": "no", "LIMPID_DITHER": "0", "LIMPID_RESUME": "on", "PATH": "/bin",
    ]
    #expect(
      try words(["restore", "-i", "a.png"], environment) == [
        "restore", "--device=-1", "--overwrite", "--no-recursive", "--resume", "--tile-overlap=16",
        "-i", "a.png",
      ])
  }

  @Test func aFileNamesFlags() throws {
    let file = """
      {"tile": 512, "eta": 0.5, "include": ["*.png", "*.jpg"], "skip_existing": true, \
      "embed-settings": false}
      """
    #expect(
      try words(["run", "-i", "a"], file: file) == [
        "run", "--no-embed-settings", "--eta=0.5", "--include=*.png", "--include=*.jpg",
        "--skip-existing", "--tile=512", "-i", "a",
      ])
  }

  @Test(arguments: [
    ["--tile", "64"], ["--tile=64"], ["-t", "64"],
  ])
  func theCommandLineComesFirst(given: [String]) throws {
    let found = try words(["restore"] + given, ["LIMPID_TILE": "128"], file: #"{"tile": 256}"#)
    #expect(found == ["restore"] + given)
  }

  @Test func theEnvironmentComesBeforeTheFile() throws {
    let environment = ["LIMPID_NUM_INFERENCE_STEPS": "5", "LIMPID_RECURSIVE": "0"]
    let file = #"{"steps": 9, "recursive": true, "overwrite": true}"#
    #expect(
      try words(["restore"], environment, file: file) == [
        "restore", "--steps=5", "--no-recursive", "--overwrite",
      ])
    #expect(
      try words(["restore"], ["LIMPID_OVERWRITE": "0"], file: file) == [
        "restore", "--recursive", "--steps=9",
      ])
  }

  @Test func joinedAndOppositeFlagsCountAsGiven() throws {
    let environment = ["LIMPID_VERBOSE": "1", "LIMPID_TTA": "1", "LIMPID_RECURSIVE": "1"]
    let given = ["restore", "-xv", "--no-recursive"]
    #expect(try words(given, environment) == given)
    // A value that begins with a dash has no letters of switches only.
    #expect(
      try words(["restore", "--suffix", "-restored"], ["LIMPID_TILE": "8"]) == [
        "restore", "--tile=8", "--suffix", "-restored",
      ])
  }

  /// Other subcommands' variables, and those that nothing here knows, are none of this one's.
  @Test func othersAreLeftAlone() throws {
    let environment = ["LIMPID_TILE": "8", "LIMPID_CASE_LOG": "x", "LIMPID_WARMUP": "1"]
    #expect(try words(["inspect", "a"], environment) == ["inspect", "a"])
    #expect(try words(["worker"], environment) == ["worker"])
    #expect(try words(["--version"], environment) == ["--version"])
  }

  @Test(arguments: [
    (["LIMPID_TYLE": "8"], nil, "LIMPID_TYLE names no flag; did you mean LIMPID_TILE?"),
    (["LIMPID_OVERWRITE": "maybe"], nil, "'overwrite' is true or false, not 'maybe'"),
    ([:], #"{"tyle": 8}"#, "'tyle' is no flag; did you mean 'tile'?"),
    ([:], #"{"zzzzzz": 8}"#, "'zzzzzz' is no flag"),
    ([:], #"{"tile": [8, 9]}"#, "'tile' takes one value"),
    ([:], #"{"tile": null}"#, "'tile' takes a string, a number or a boolean"),
    ([:], #"{"config": "a"}"#, "'config' is no flag"),
    ([:], "[]", "holds no JSON object"),
    ([:], "{", "settings.json: "),
  ])
  func mistakesAreRefused(environment: [String: String], file: String?, says: String) throws {
    let error = #expect(throws: LimpidError.self) {
      try words(["restore"], environment, file: file)
    }
    #expect(error?.kind == .usage)
    #expect("\(error.map(\.description) ?? "")".contains(says))
  }

  @Test func aMissingFileIsNoInput() throws {
    let error = #expect(throws: LimpidError.self) {
      try words(["restore", "--config", "/nonexistent/settings.json"])
    }
    #expect(error?.kind == .noInput)
  }

  /// A refused value says who gave it.
  @Test func theProgramSaysWhereAFlagComesFrom() throws {
    let run = try Command.run(
      ["restore", "-i", "a.png", "-o", "b.png"], in: folder,
      environment: ["LIMPID_DTYPE": "f12"])
    #expect(run.code == 64)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains("f12") && run.errors.contains("from LIMPID_DTYPE"))
  }

  /// So does a flag that the model has no use for.
  @Test func theProgramSaysWhereARefusedFlagComesFrom() throws {
    let run = try Command.run(
      ["restore", "-i", "a.png", "-o", "b.png"], in: folder, environment: ["LIMPID_ETA": "1"])
    #expect(run.code == 64)
    #expect(run.errors.contains("leave out --eta (from LIMPID_ETA)"), "\(run.errors)")
  }
}
