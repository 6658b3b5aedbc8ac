import Foundation
import Testing

/// `bench --ops` as a person runs it.
@Suite(.serialized) struct OpBenchTests {
  private static let softmax = ["bench", "--ops", "softmax", "-g", "cpu", "-r", "7"]

  private static func rows(_ outcome: Command.Outcome) throws -> [[String: Any]] {
    try #require(try outcome.json()["rows"] as? [[String: Any]])
  }

  /// A few rounds, which end well.
  private static func run(
    _ arguments: [String], as format: String = "json"
  ) throws -> Command.Outcome {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["bench", "--ops"] + arguments + ["-g", "cpu", "-r", "6", "-o", format], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome
  }

  /// Every row of every op at a small size says what holds it back, and reaches a part of that.
  @Test func sharesArePartsOfLimits() throws {
    let outcome = try Self.run(["--size", "16x16", "--dtype", "f32,f16"])
    let rows = try Self.rows(outcome)
    #expect(rows.count > 60)
    for row in rows {
      for caches in ["warm", "cold"] {
        let times = try #require(row[caches] as? [String: Any])
        let (share, median) = (times["share"] as? Double ?? 0, times["median_s"] as? Double ?? 0)
        #expect(share > 0 && share <= 1, "\(row["key"] ?? "")")
        #expect(["arithmetic", "matrix", "memory", "launch"].contains(times["bound"] as? String))
        let (low, high) = (times["low_s"] as? Double ?? 0, times["high_s"] as? Double ?? 0)
        #expect(low > 0 && low <= median && median <= high)
      }
    }
    let limits = try #require(try outcome.json()["limits"] as? [String: Any])
    #expect(limits["multiply_add_f32"] != nil && limits["memory_bandwidth"] != nil)
  }

  /// Lists are multiplied, and every format has a row for each.
  @Test(arguments: ["md", "csv", "jsonl"]) func listsAreMultiplied(_ format: String) throws {
    let outcome = try Self.run(
      ["gelu", "--batch", "1,3", "--size", "8x8,9x7", "--dtype", "f32,f16"], as: format)
    let rows = outcome.output.split(separator: "\n").filter { $0.contains("gelu") }
    #expect(rows.count == 8)
    #expect(rows.contains { $0.contains("9x7, batch 3, f16") })
  }

  /// A range has the values that its steps reach; its product with others is timed.
  @Test func rangesAreCounted() throws {
    let outcome = try Self.run(
      ["gelu", "--batch", "1-3,5", "--size", "4x6-20x20*2,9x9-10x12+1"])
    let rows = try Self.rows(outcome)
    let sizes = Set(rows.compactMap { $0["size"] as? String })
    #expect(sizes == ["4x6", "8x12", "9x9", "10x10"])
    #expect(Set(rows.compactMap { $0["batch"] as? Int }) == [1, 2, 3, 5])
    #expect(rows.count == 4 * sizes.count)
  }

  /// A kernel that was slowed on purpose is flagged against an earlier run, an equal one is not.
  @Test func aSlowedKernelIsFlagged() throws {
    let folder = try TemporaryFolder()
    let before = try Command.run(Self.softmax + ["-o", "json"], in: folder)
    #expect(before.code == 0, "\(before.errors)")
    try folder.write(Array(before.output.utf8), "old.json")
    let compare = Self.softmax + ["--compare", "old.json", "--threshold", "3"]
    let equal = try Command.run(compare, in: folder)
    #expect(equal.code == 0 && equal.errors.contains("no slower"), "\(equal.errors)")
    let scale = "const float scale = 1.0f / lane_sum(sums);"
    let slowed = try Command.run(
      compare, in: folder,
      environment: [
        "OPENCL_LAYERS": try Shim.alteredKernels.get(), "XDG_CACHE_HOME": folder.path("cache"),
        "ALTERED_FROM": scale,
        "ALTERED_TO": "for (volatile int spin = 0; spin < 5000; ++spin); " + scale,
      ])
    #expect(slowed.code == 1 && slowed.errors.contains("before, slower"), "\(slowed.errors)")
  }

  /// Two families of kernels beside each other, in one run.
  @Test func familiesArePaired() throws {
    let outcome = try Self.run(["add", "--size", "16x16", "--vs", "gpu"])
    let other = try #require(try Self.rows(outcome).first?["vs"] as? [String: Any])
    #expect((other["device_name"] as? String)?.contains("gpu") == true)
    let ratio = try #require(other["ratio"] as? [String: Any])
    #expect((ratio["median"] as? Double ?? 0) > 0)
  }

  /// A tuning with one choice changed beside the usual one: only where that changes launches.
  @Test func choicesArePaired() throws {
    let arguments = ["64 to 64", "--size", "16x16", "--vs", "winograd-channels=0"]
    let rows = try Self.rows(Self.run(arguments))
    let names = rows.compactMap { $0["op"] as? String }
    #expect(names == ["convolution 3x3, 64 to 64", "depthwise 3x3, 64 to 64"])
    let other = try #require(rows[0]["vs"] as? [String: Any])
    #expect((other["key"] as? String)?.hasSuffix(", winograd-channels=0") == true)
    #expect((other["device_name"] as? String)?.hasSuffix(", winograd-channels=0") == true)
    let sides = [rows[0], other].map { $0["kernels"] as? [String] ?? [] }
    #expect(sides[0].contains { $0.contains("winograd") }, "\(sides)")
    #expect(!sides[1].isEmpty && !sides[1].contains { $0.contains("winograd") }, "\(sides)")
    #expect(rows[1]["vs"] is NSNull)
  }

  /// Where a choice changes none of the ops, that is said.
  @Test func choicesThatChangeNothingAreTold() throws {
    let outcome = try Self.run(["gelu", "--size", "8x8", "--vs", "winograd-tiles-cold=16"])
    #expect(try Self.rows(outcome).allSatisfy { $0["vs"] is NSNull })
    let line = "limpid: --vs winograd-tiles-cold=16 changes nothing of these ops"
    #expect(outcome.errors == line + "\n")
  }

  @Test(arguments: [
    (["--vs", "nonsense=1"], "no choice \"nonsense\" here; there are tile-single, "),
    (["--vs", "winograd-tiles=5"], "winograd-tiles is one of 16, 4, 9, 36, 64"),
    (["--vs", "winograd-tiles="], "winograd-tiles is one of"),
    (["--vs", "product-tile=64"], "no choice"),
    (["--vs", "winograd-tiles=4", "--math", "strict"], "no choice"),
  ])
  func refusesChoicesThatThereAreNot(_ arguments: [String], _ says: String) throws {
    let folder = try TemporaryFolder()
    for subject in [["--ops", "gelu"], ["builtin"]] {
      let outcome = try Command.run(["bench", "-g", "cpu"] + subject + arguments, in: folder)
      #expect(outcome.code == 64 && outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }
  }

  @Test(arguments: [
    ["--ops", "-r", "3"], ["--kernels", "-o", "md"], ["--ops", "no such op"],
    ["--ops", "-g", "reference"], ["-g", "reference", "--vs", "winograd-tiles=4"],
    ["--ops", "--vs", "nowhere"], ["--vs", "nowhere"], ["--ops", "--batch", "4-1"],
    ["--batch", "1-4*1"], ["--size", "8x8-9x9+0"], ["--size", "8x8-65536x65536"],
  ])
  func refusesWhatMakesNoSense(_ arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(["bench"] + arguments, in: folder)
    #expect([64, 69].contains(outcome.code), "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1)
  }
}
