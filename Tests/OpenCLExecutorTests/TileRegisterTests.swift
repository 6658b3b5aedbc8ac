import Foundation
import Testing

@testable import OpenCLExecutor

/// That no tile is chosen which a compiler would spill: what Benchmarks/results/nvptx.md has of it,
/// written by tools/nvptx-table.
@Suite struct TileRegisterTests {
  private static let rows: [[String]] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Benchmarks/results/nvptx.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }()

  /// Spills on NVIDIA's chips and scratch memory on AMD's, of every tile of a row of tuning.
  @Test(arguments: [
    ("NVIDIA Corporation", "spills"), ("Advanced Micro Devices, Inc.", "scratch"),
  ])
  func chosenTilesStayInRegisters(_ vendor: String, _ column: String) throws {
    let header = try #require(Self.rows.first)
    let place = try #require(header.firstIndex(of: column))
    let row = TuningTable.table(of: .gpu).row(
      for: TuningTable.Place(deviceClass: "gpu", vendor: vendor, device: "any"))
    for choice in Choice.floatTiles {
      let tile = zip(["BM", "BN", "TM", "TN"], row[choice]).map { "\($0)=\($1)" }
        .joined(separator: " ")
      let known = Self.rows.filter { $0[0] == "convolution" && $0[1].hasPrefix(tile) }
      #expect(known.count >= 3, "\(tile) is not in the table")
      #expect(known.allSatisfy { $0[place] == "0" }, "\(vendor): \(tile)")
    }
  }
}
