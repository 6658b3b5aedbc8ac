import Foundation
import Images
import Testing

/// What half precision costs on GPUs, and what restorations make of the verdict.
@Suite struct GPUPrecisionTests {
  /// Measured, kept, shown and followed where there are matrix units, by all that runs records.
  @Test func aHarmlessModelRunsInHalves() throws {
    let bundle = try PrecisionBundle()
    let gpu = try ImitatedGPU.h100.environment()
    let without = try bundle.restored(["-o", "out", "-g", "0"], gpu)
    #expect(without.events.first?["dtype"] as? String == "f32")
    #expect(without.errors.components(separatedBy: "limpid precision").count == 2)

    _ = try bundle.measured(["-g", "0", "--dry-run"], gpu)
    #expect(!bundle.folder.files.contains("bundle/precision.json"))
    let report = try bundle.measured(["-g", "0"], gpu)
    #expect(report.modes == ["f32", "matrix_units"])
    #expect(report["verdict"] as? String == "f16", "\(report)")
    #expect(bundle.folder.files.contains("bundle/precision.json"))
    let inspected = try Command.run(["inspect", "bundle", "--json"], in: bundle.folder).json()
    let precision = try #require(inspected["precision"] as? [String: Any])
    #expect(precision["dtype"] as? String == "f16")

    // The outputs in f32 are another run's.
    let half = try bundle.restored(["-o", "out", "-g", "0", "--resume"], gpu)
    #expect(half.events.first?["dtype"] as? String == "f16" && half.errors.isEmpty)
    #expect(half.events.last?["ok"] as? Int == 2, "\(half.events)")
    #expect(try bundle.folder.image("out/a.png").recordedSettings?.contains("dtype f16") == true)
    let again = try bundle.restored(["-o", "out", "-g", "0", "--resume"], gpu)
    #expect(again.events.last?["skipped"] as? Int == 2, "\(again.events)")
    let float = try bundle.restored(["-o", "out", "-g", "0", "--resume", "--dtype", "f32"], gpu)
    #expect(float.events.first?["dtype"] as? String == "f32")
    #expect(float.events.last?["ok"] as? Int == 2, "\(float.events)")
  }

  /// A verdict counts for nothing where there are no matrix units, nor of other weights.
  @Test func othersStayInFloat() throws {
    let bundle = try PrecisionBundle()
    _ = try bundle.measured(["-g", "0"], try ImitatedGPU.h100.environment())
    let radeon = try bundle.restored(["-o", "out", "-g", "0"], ImitatedGPU.radeon.environment())
    #expect(radeon.events.first?["dtype"] as? String == "f32" && radeon.errors.isEmpty)

    let other = try PrecisionBundle(gain: 2)
    try other.folder.write(
      try bundle.folder.bytes("bundle/precision.json"), "bundle/precision.json")
    let run = try other.restored(["-o", "out", "-g", "0"], ImitatedGPU.h100.environment())
    #expect(run.events.first?["dtype"] as? String == "f32")
    #expect(run.errors.contains("limpid precision"))
  }

  /// Values above 65504 between the layers: halves become infinite, results are no numbers, are
  /// counted, and are computed again in f32.
  @Test func overflowsAreCounted() throws {
    let bundle = try PrecisionBundle(gain: 1e5)
    let gpu = try ImitatedGPU.h100.environment()
    let report = try bundle.measured(["-g", "0"], gpu)
    #expect(report["verdict"] as? String == "f32", "\(report)")
    #expect((report.lastCosts("non_finite").first ?? 0) > 0, "\(report)")
    let usual = try bundle.restored(["-o", "out", "-g", "0"], gpu)
    #expect(usual.events.first?["dtype"] as? String == "f32" && usual.errors.isEmpty)
    let forced = try bundle.restored(["-o", "forced", "-g", "0", "--dtype", "f16"], gpu)
    #expect(forced.events.first?["dtype"] as? String == "f16")
    #expect(
      try bundle.folder.image("forced/a.png").samples == bundle.folder.image("out/a.png").samples)
  }
}
