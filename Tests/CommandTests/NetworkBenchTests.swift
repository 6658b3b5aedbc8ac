import Foundation
import Testing

/// `bench` of networks as a person runs it.
@Suite(.serialized) struct NetworkBenchTests {
  private static func run(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    try Command.run(["bench", "--size", "16x16", "-r", "6"] + arguments, in: folder)
  }

  private static func rows(_ outcome: Command.Outcome) throws -> [[String: Any]] {
    try #require(try outcome.json()["rows"] as? [[String: Any]], "\(outcome.errors)")
  }

  /// A network runs by turns with itself in another way.
  @Test(arguments: ["winograd-tiles=64", "gpu", "reference"])
  func networksArePaired(_ way: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.run(["-g", "cpu", "--json", "--vs", way], in: folder)
    let report = try outcome.json()
    let other = try #require(report["vs"] as? [String: Any], "\(outcome.errors)")
    #expect(other["way"] as? String == way)
    #expect((other["device"] as? String == "reference") == (way == "reference"))
    for times in [report, other] {
      let interval = ["low_s", "median_s", "high_s"].map { times[$0] as? Double ?? 0 }
      #expect(interval[0] > 0 && interval == interval.sorted(), "\(interval)")
    }
    let ratio = try #require(other["ratio"] as? [String: Double])
    #expect(try #require(ratio["low"]) > 0 && ratio["low"]! <= ratio["high"]!)
    #expect(try Self.run(["-g", "cpu", "--json"], in: folder).json()["vs"] is NSNull)
  }

  /// A row says which limit holds the network back, and how much of it is reached.
  @Test func sharesArePartsOfLimits() throws {
    let outcome = try Self.run(
      ["-g", "cpu", "-o", "json", "--dtype", "f32,f16"], in: TemporaryFolder())
    let rows = try Self.rows(outcome)
    #expect(rows.compactMap { $0["dtype"] as? String } == ["f32", "f16"])
    for row in rows {
      let share = row["share"] as? Double ?? 0
      #expect(share > 0 && share <= 1, "\(row)")
      #expect(["arithmetic", "matrix", "memory", "launch"].contains(row["bound"] as? String))
      let (bytes, median) = (row["bytes"] as? Int ?? 0, row["median_s"] as? Double ?? 0)
      let rate = try #require(row["gb_per_s"] as? Double)
      #expect(bytes > 0 && abs(rate - Double(bytes) / median * 1e-9) <= rate * 1e-6)
      #expect(row["launches"] as? Int ?? 0 > 0 && row["executed_flop"] as? Int ?? 0 > 0)
    }
    let limits = try #require(try outcome.json()["limits"] as? [String: Any])
    #expect(limits["memory_bandwidth"] != nil)
  }

  /// The reference has no limits.
  @Test func theReferenceHasNoShare() throws {
    let outcome = try Self.run(["-g", "reference", "-o", "json"], in: TemporaryFolder())
    let row = try #require(try Self.rows(outcome).first)
    #expect(row["share"] is NSNull && row["bytes"] is NSNull && row["median_s"] is Double)
    #expect(try outcome.json()["limits"] is NSNull)
  }

  /// Every format has a row for each size and batch, and tables a head of as many columns.
  @Test(arguments: [("md", "|"), ("csv", ","), ("jsonl", nil)])
  func formatsHaveARowForEach(_ format: String, _ separator: Character?) throws {
    let outcome = try Self.run(
      ["-g", "cpu", "--size", "9x7", "--batch", "1,2", "-o", format], in: TemporaryFolder())
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    let rows = lines.filter { $0.contains("9x7, batch ") || $0.contains("16x16, batch ") }
    #expect(rows.count == 4)
    guard let separator else { return }
    let head = try #require(lines.first { $0.contains("of limit") })
    // The key of a row is quoted in CSV, where its commas are no separators.
    for row in rows.map({ $0.replacing(/"[^"]*"/, with: "") }) {
      #expect(row.count { $0 == separator } == head.count { $0 == separator }, "\(row)")
    }
  }

  /// Against an earlier run, what has become slower is flagged, and nothing else.
  @Test func slowerNetworksAreFlagged() throws {
    let folder = try TemporaryFolder()
    let before = try Self.run(["-g", "cpu", "-o", "json"], in: folder)
    try folder.write(Array(before.output.utf8), "old.json")
    let compare = ["-g", "cpu", "--compare", "old.json", "--threshold", "100"]
    let equal = try Self.run(compare, in: folder)
    #expect(equal.code == 0 && equal.errors.contains("before, no slower"), "\(equal.errors)")
    let key = try #require(try Self.rows(before).first?["key"] as? String)
    let fast: [String: Any] = ["key": key, "median_s": 1e-7, "low_s": 1e-7, "high_s": 1e-7]
    try folder.write(
      Array(try JSONSerialization.data(withJSONObject: ["rows": [fast]])), "old.json")
    let slower = try Self.run(compare, in: folder)
    #expect(slower.code == 1 && slower.errors.contains("before, slower"), "\(slower.errors)")
    let strange = try Self.run(compare + ["--batch", "2"], in: folder)
    #expect(strange.code == 0 && strange.errors.contains("none of what was timed"))
  }

  @Test func tablesHaveNoKernels() throws {
    let outcome = try Self.run(["-g", "cpu", "--kernels", "-o", "csv"], in: TemporaryFolder())
    #expect(outcome.code == 64 && outcome.errors.contains("--kernels"), "\(outcome.errors)")
  }
}
