import Conformance
import Foundation
import Testing

/// `parity --ops` as a person runs it, on the devices that there are and on devices that are wrong.
@Suite struct OpParityTests {
  private static let float = ["--dtype", "f32", "--math", "fast", "--kernel-family", "cpu"]

  private static func run(
    _ arguments: [String], altered: [String: String] = [:]
  ) throws -> (outcome: Command.Outcome, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    var environment: [String: String] = [:]
    if !altered.isEmpty {
      // Programs are kept by the text that was asked for.
      environment = altered.merging([
        "OPENCL_LAYERS": try Shim.alteredKernels.get(), "XDG_CACHE_HOME": folder.path("cache"),
      ]) { $1 }
    }
    let outcome = try Command.run(
      ["parity", "--ops", "-g", "cpu"] + arguments, in: folder, environment: environment)
    return (outcome, folder)
  }

  private static func comparisons(_ outcome: Command.Outcome) throws -> [[String: Any]] {
    try #require(try outcome.json()["comparisons"] as? [[String: Any]])
  }

  /// Registered cases: as many as the suite has, each in every use of the device.
  @Test func registeredCasesAgree() throws {
    let (outcome, folder) = try Self.run(["softmax", "--json", "--junit", "cases.xml"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let count = AllCases.all.count { $0.name.contains("softmax") }
    let comparisons = try Self.comparisons(outcome)
    #expect(comparisons.count >= 4)
    for comparison in comparisons {
      #expect(comparison["cases"] as? Int == count && comparison["agreed"] as? Int == count)
    }
    let report = String(decoding: try folder.bytes("cases.xml"), as: UTF8.self)
    #expect(report.components(separatedBy: "<testcase ").count - 1 == count * comparisons.count)
    #expect(!report.contains("<failure") && !report.contains("<error"))
  }

  /// The options leave uses of the device out.
  @Test func optionsNarrow() throws {
    let (outcome, _) = try Self.run(["argmax"] + Self.float)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.components(separatedBy: "| argmax |").count == 2)
  }

  /// A kernel that errs by one part in a hundred on lines of more than five: found, shrunk, named.
  @Test func aWrongKernelIsFoundAndShrunk() throws {
    let scale = "const float scale = 1.0f / lane_sum(sums);"
    let (outcome, folder) = try Self.run(
      ["softmax", "--random", "30", "--junit", "cases.xml"] + Self.float,
      altered: [
        "ALTERED_FROM": scale,
        "ALTERED_TO": scale.replacing("1.0f", with: "(channels > 5 ? 1.01f : 1.0f)"),
      ])
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(outcome.output.contains("the smallest of"))
    #expect(
      outcome.output.contains("Softmax(axis: 0, largest: nil)) on [6]: "), "\(outcome.output)")
    #expect(outcome.errors.contains("the first that fails: softmax("), "\(outcome.errors)")
    #expect(outcome.errors.contains("worst at ["))
    let report = String(decoding: try folder.bytes("cases.xml"), as: UTF8.self)
    #expect(report.contains("<failure message=\"disagrees\">"))
  }

  /// A line for each case as it ends, whichever process it was in, then the summary.
  @Test(arguments: ["1", "3"]) func rowsComeAsTheyEnd(_ jobs: String) throws {
    let arguments = ["max", "--random", "12", "-o", "jsonl", "--jobs", jobs]
    let (outcome, _) = try Self.run(arguments + Self.float)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try outcome.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    let rows = lines.dropLast()
    #expect(rows.count == 12 && rows.allSatisfy { $0["passed"] as? Bool == true })
    #expect(Set(rows.compactMap { $0["case"] as? String }).count == 12)
    let comparisons = try #require(lines.last?["comparisons"] as? [[String: Any]])
    #expect(comparisons[0]["agreed"] as? Int == 12)
  }

  /// What a failure says how to run again fails again, alone.
  @Test func aFailureIsSeenAgain() throws {
    let scale = "const float scale = 1.0f / lane_sum(sums);"
    let altered = [
      "ALTERED_FROM": scale, "ALTERED_TO": scale.replacing("1.0f", with: "1.01f"),
    ]
    let arguments = ["softmax", "--random", "4", "--seed", "9", "--from", "4", "--json"]
    let (outcome, _) = try Self.run(arguments + Self.float, altered: altered)
    #expect(outcome.code == 1)
    let failures = try #require(try Self.comparisons(outcome)[0]["failures"] as? [[String: Any]])
    let again = try #require(failures.first?["again"] as? String).split(separator: " ")
    let (second, _) = try Self.run(
      again.dropFirst(3).map(String.init) + ["--json"] + Self.float, altered: altered)
    let repeated = try #require(try Self.comparisons(second)[0]["failures"] as? [[String: Any]])
    #expect(repeated.first?["case"] as? String == failures.first?["case"] as? String)
  }

  /// A driver that crashes costs the case, and not the ones after it.
  @Test func aCrashIsARow() throws {
    let (outcome, folder) = try Self.run(
      ["softmax", "--json", "--junit", "cases.xml"] + Self.float,
      altered: ["ALTERED_CRASH": "softmax"])
    #expect(outcome.code == 1)
    let comparison = try Self.comparisons(outcome)[0]
    let failures = try #require(comparison["failures"] as? [[String: Any]])
    let count = AllCases.all.count { $0.name.contains("softmax") }
    #expect(comparison["cases"] as? Int == count && !failures.isEmpty)
    for failure in failures {
      #expect(failure["fault"] as? String == "crashes")
      #expect((failure["details"] as? String)?.contains("Aborted") == true)
    }
    let report = String(decoding: try folder.bytes("cases.xml"), as: UTF8.self)
    #expect(
      report.components(separatedBy: "<error message=\"crashes\">").count - 1 == failures.count)
  }

  /// A device has its own bits, and with another's kernels it has not.
  @Test func bitsAreCompared() throws {
    let arguments = ["gelu", "--against", "cpu", "--bits", "--dtype", "f32"]
    let (outcome, _) = try Self.run(arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("against opencl:"))
  }

  @Test(arguments: [
    ["--bits"], ["--random", "0"], ["--jobs", "0"], ["nothing is called so"],
    ["--inputs", "a", "--expected", "b"], ["--dtype", "f16", "--math", "strict"],
  ])
  func refusesWhatMakesNoSense(_ arguments: [String]) throws {
    let (outcome, _) = try Self.run(arguments)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1)
  }

  @Test func optionsOfOpsBelongToThem() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(["parity", "--random", "3"], in: folder)
    #expect(outcome.code == 64 && outcome.errors.contains("--ops"))
  }
}
