import Foundation
import Testing

/// What is found out about GPUs, and that it is found out once.
@Suite struct GPUProbeTests {
  private static func probe(
    _ gpu: ImitatedGPU, _ settings: [String: String] = [:]
  ) throws -> String {
    let outcome = try Command.run(
      ["devices", "--probe"], in: TemporaryFolder(), environment: try gpu.environment(settings))
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test func eachMakerHasItsExchange() throws {
    #expect(try Self.probe(.arc).contains("exchange: sub-groups"))
    #expect(try Self.probe(.mali).contains("exchange: local memory"))
  }

  /// PTX is spliced, loads although plain sm_90 has 48 KiB of local memory, and multiplies.
  @Test func warpgroupsWork() throws {
    let output = try Self.probe(.h100)
    #expect(output.contains("exchange: inline PTX"))
    #expect(output.contains("mma_sync: works"))
    #expect(output.contains("wgmma: works, 120 KiB"), "\(output)")
  }

  /// A device that has less for spliced programs gets the tiles that fit.
  @Test func warpgroupsKeepToWhatLoads() throws {
    let output = try Self.probe(.h100, ["SPLICED": "\(100 << 10)"])
    #expect(output.contains("wgmma: works, 100 KiB"), "\(output)")
  }

  /// Products that wait for each other are no gain, and the assembler's log is where it says so.
  @Test func serializedProductsAreRefused() throws {
    let output = try Self.probe(.h100, ["SERIALIZED": "1"])
    #expect(output.contains("wgmma: does not work: splice"), "\(output)")
    #expect(output.contains("serialized"))
  }

  /// The second process of a device builds nothing, not even to find out what it can do.
  @Test func answersAreRemembered() throws {
    let folder = try TemporaryFolder()
    var environment = try ImitatedGPU.radeon.environment(["RECORD": folder.path("record")])
    environment["XDG_CACHE_HOME"] = folder.path("cache")
    for run in 0..<2 {
      let outcome = try Command.run(
        ["bench", "-g", "0", "--size", "16x16", "-r", "1", "--warmup", "0"], in: folder,
        environment: environment)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let lines = String(decoding: try folder.bytes("record"), as: UTF8.self)
        .split(separator: "\n")
      let counts = try JSONSerialization.jsonObject(with: Data(try #require(lines.last).utf8))
      let sources = try #require((counts as? [String: Any])?["sources"] as? Int)
      #expect(run == 0 ? sources > 0 : sources == 0, "run \(run): \(sources) programs from source")
    }
  }

  /// `auto` takes memory of its own before the loader's order.
  @Test func discreteCardsComeFirst() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(width: 8, height: 8), "in.png")
    var environment = try ImitatedGPU.mali.environment()
    environment["IMITATED_GPU"] = "mali,radeon"
    environment["OCL_ICD_VENDORS"] = ProcessInfo.processInfo.environment["OCL_ICD_VENDORS"]
    for (first, expected) in [("mali,radeon", "opencl:1"), ("radeon,mali", "opencl:0")] {
      environment["IMITATED_GPU"] = first
      let outcome = try Command.run(
        ["bench", "--size", "16x16", "-r", "1", "--warmup", "0", "--json"], in: folder,
        environment: environment)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try outcome.json()["device"] as? String == expected)
    }
  }
}
