import Foundation
import IR
import Networks
import Testing

@testable import OpenCLExecutor

/// The launches that forecasts are made of; where LIMPID_LAUNCH_RECORD names a file, it is written.
@Suite struct LaunchRecordTests {
  /// A network of LaunchBudgetTests in half precision.
  struct Subject: Sendable {
    let name: String
    var hasWarpgroups = true

    var row: String { name + (hasWarpgroups ? " f16" : " f16 lanes") }
  }

  private static let subjects = [
    Subject(name: "Restormer 256"), Subject(name: "Restormer 256", hasWarpgroups: false),
    Subject(name: "NAFNet 512"), Subject(name: "Stable Diffusion 1.5 U-Net 64x2"),
    Subject(name: "Stable Diffusion 1.5 U-Net 64x2", hasWarpgroups: false),
    Subject(name: "Stable Diffusion XL U-Net 128x2"), Subject(name: "Stable Diffusion decoder 64"),
  ]

  /// Every launch of the plans is in the record, with all operations.
  @Test func recordsHoldEveryLaunch() throws {
    var lines = [LaunchRecord.header]
    for subject in Self.subjects {
      let network = try #require(
        LaunchBudgetTests.subjects.first { $0.testDescription == subject.name })
      let graph = try network.network.graph(
        batch: network.batch, height: network.side, width: network.side)
      let lowered = try H200Plan.lowered(graph, .f16, hasWarpgroups: subject.hasWarpgroups)
      let record = LaunchRecord(lowered)
      #expect(record.rows.reduce(0) { $0 + $1.count } == lowered.schedule.turns.count)
      let flops = record.rows.reduce(0) { $0 + $1.count * $1.row.flops }
      #expect(flops == lowered.steps.reduce(0) { $0 + $1.flops })
      lines += record.lines(named: subject.row)
    }
    if let path = ProcessInfo.processInfo.environment["LIMPID_LAUNCH_RECORD"] {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
    }
  }

  /// A row says what a launch is: a convolution of 3 channels to 32, once.
  @Test func rowsSayWhatIsLaunched() throws {
    let graph = try NAFNet(.init()).graph(batch: 1, height: 512, width: 512)
    let record = LaunchRecord(try H200Plan.lowered(graph, .f16))
    let first = try #require(
      record.rows.first { $0.row.parameters.contains(" KH=3 KW=3 ") && $0.row.flops > 0 })
    #expect(first.count == 1)
    #expect(first.row.kernel == "gpu/warpgroup_convolution:warpgroup_convolution")
    #expect(first.row.flops == 2 * 512 * 512 * 32 * 27)
    // The picture in 16 lanes, the result in 32, weights in three slices of 64 depths, biases.
    let weights = 3 * 64 * 32 * 2 + 32 * 4
    #expect(first.row.bytes == 512 * 512 * (16 + 32) * 2 + weights)
    #expect(first.row.groups == 512 * 512 / 128)
    #expect(first.row.groupSize == 256)
  }
}
