import Checkpoints
import Execution
import Foundation
import Models
import Networks
import Paths
import Pictures
import Restoration
import Tensors
import Testing

/// The test-time local converter on whole pictures, against the public code's results:
/// tools/fixtures/networks.py.
@Suite struct LocalStatisticsTests {
  /// Crops of 32 pixels, windows of 48.
  private static let statistics = LocalStatistics(trainingSize: 32)

  private static func path(_ entry: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../NetworksTests/Fixtures/\(entry).safetensors").standardized.path
  }

  private static func restorer(
    _ network: String, _ edit: (inout SystemOptions) -> Void
  ) throws -> Restorer {
    var options = SystemOptions()
    edit(&options)
    return try Restorer(
      try Model(Path(path(network + "/checkpoint"))), on: try Engine(.auto), options)
  }

  private static func picture(_ network: String) throws -> Picture {
    let inputs = try SafetensorsFile(path: Path(path(network + "/inputs")))
    let image = try inputs.tensor(named: "image").outermost(0)
    return Picture(image.reshaped([3, image.shape[2], image.shape[3]]))
  }

  @Test(arguments: ["nafnet-local", "restormer-local", "promptir-local"])
  func agreesWithThePublicCode(_ network: String) throws {
    let picture = try Self.picture(network)
    let local = try Self.restorer(network) { $0.convert(Self.statistics) }
    let restored = try local.restore(picture)
    let expected = try SafetensorsFile(path: Path(Self.path(network + "/expected")))
      .tensor(named: "output").outermost(0)
    let comparison = Comparison(HostTensor(expected.shape, restored.planes), with: expected)
    #expect(comparison.passes(.networkAgainstPyTorch(.f32)), "\(comparison)")
    #expect(try Self.restorer(network) { _ in }.restore(picture) != restored)
  }

  /// Tiles that windows fit into lose nothing that they had; smaller ones, and tiles without
  /// windows, do.
  @Test func warnsWhereWindowsDoNotFit() throws {
    let subject = Subject(try Self.picture("nafnet-local"), seed: 1)
    let cases: [(LocalStatistics?, Int, String?)] = [
      (nil, 48, "tiles give a slightly different result; the test-time local converter"),
      (Self.statistics, 48, nil),
      (Self.statistics, 32, "slightly different"),
      (LocalStatistics(trainingSize: 32, windowSize: 32), 32, nil),
    ]
    for (statistics, tile, warning) in cases {
      let restored = try Self.restorer("nafnet-local") {
        if let statistics { $0.convert(statistics) }
        $0.tiling = .size(width: tile, height: tile)
      }.restore([subject])[0].get()
      #expect(restored.tile?.width == tile)
      #expect(restored.warnings.count == (warning == nil ? 0 : 1))
      #expect(warning.map { restored.warnings.first?.contains($0) == true } ?? true)
    }
  }

  @Test(arguments: ["drsformer", "sfnet"])
  func othersHaveNoWindows(_ network: String) throws {
    let error = #expect(throws: LimpidError.self) {
      try Self.restorer(network) { $0.convert(Self.statistics) }
    }
    #expect(error?.kind == .usage && error?.remedy == .leaveOut(["tlc", "tlc-window"]))
  }
}

extension SystemOptions {
  fileprivate mutating func convert(_ statistics: LocalStatistics) {
    self.trainingSize = statistics.trainingSize
    self.windowSize = statistics.windowSize
  }
}
