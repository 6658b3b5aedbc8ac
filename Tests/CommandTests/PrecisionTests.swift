import Foundation
import Testing

/// What half precision costs, on CPUs.
@Suite struct PrecisionTests {
  /// Stored halves, and the imitation of matrix units.
  @Test func cpusImitateMatrixUnits() throws {
    let bundle = try PrecisionBundle()
    let report = try bundle.measured(["-g", "cpu"], Self.intel)
    #expect(report.modes == ["f32", "storage", "emulated_matrix_units"], "\(report)")
    #expect(report["verdict"] as? String == "f16", "\(report)")
    #expect(report.lastCosts("psnr").allSatisfy { $0 > 54 })
    #expect(report.lastCosts("seconds").count == 1)
  }

  /// One harmful way is enough.
  @Test func overflowsAreCounted() throws {
    let bundle = try PrecisionBundle(gain: 1e5)
    let outcome = try Command.run(
      ["precision", "bundle", "-i", "in/a.png", "-g", "cpu"], in: bundle.folder,
      environment: Self.intel)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("verdict: f32"), "\(outcome.output)")
    #expect(outcome.output.contains("kept in "), "\(outcome.output)")
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let bundle = try PrecisionBundle()
    for (arguments, code, says) in [
      (["-g", "reference"], 64, "f32 only"), (["-i", "missing.png"], 66, "missing.png"),
    ] as [([String], Int32, String)] {
      let outcome = try Command.run(["precision", "bundle"] + arguments, in: bundle.folder)
      #expect(outcome.code == code && outcome.errors.contains(says), "\(outcome.errors)")
      #expect(outcome.errorLines.count == 1)
    }
    try bundle.folder.write(Array("{}".utf8), "bundle/precision.json")
    let outcome = try Command.run(["inspect", "bundle"], in: bundle.folder)
    #expect(outcome.code == 65 && outcome.errors.contains("precision.json"))
  }

  /// Intel's runtime alone.
  private static let intel = (try? ImitatedGPU.runtime()) ?? [:]
}
