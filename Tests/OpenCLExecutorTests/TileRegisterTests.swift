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

  /// The tiles of a kernel, with the parameters that name their extents.
  struct Tiles: Sendable, CustomTestStringConvertible {
    let entry: String
    let choices: [Choice]
    let parameters: [String]

    var testDescription: String { entry }
  }

  private static let floats = Tiles(
    entry: "convolution", choices: Choice.floatTiles, parameters: ["BM", "BN", "TM", "TN"])
  private static let matrices = Tiles(
    entry: "matrix_convolution", choices: Choice.matrixTiles,
    parameters: ["BM", "BN", "WM", "WN", "BK", "STAGES"])
  private static let warpgroups = Tiles(
    entry: "warpgroup_convolution", choices: Choice.warpgroupTiles,
    parameters: ["BM", "BN", "BK", "STAGES"])

  /// Spills on NVIDIA's chips and scratch memory on AMD's, of every tile that the tuning names.
  @Test(arguments: [
    ("NVIDIA Corporation", "spills", floats), ("NVIDIA Corporation", "spills", matrices),
    ("NVIDIA Corporation", "spills", warpgroups),
    ("Advanced Micro Devices, Inc.", "scratch", floats),
  ])
  func chosenTilesStayInRegisters(_ vendor: String, _ column: String, _ tiles: Tiles) throws {
    let header = try #require(Self.rows.first)
    let place = try #require(header.firstIndex(of: column))
    let row = TuningTable.table(of: .gpu).row(
      for: TuningTable.Place(deviceClass: "gpu", vendor: vendor, device: "any"))
    for choice in tiles.choices {
      let extents = zip(tiles.parameters, row[choice]).map { "\($0)=\($1)" }
      let known = Self.rows.filter { cells in
        let parameters = cells[1].split(separator: " ").map(String.init)
        return cells[0] == tiles.entry && extents.allSatisfy(parameters.contains)
      }
      #expect(known.count >= 3, "\(extents) is not in the table")
      #expect(known.allSatisfy { $0[place] == "0" }, "\(vendor): \(extents)")
    }
  }

  /// No tile of attention spills or needs a frame, and its local memory is what it says.
  @Test(arguments: [40, 64, 80, 128, 160, 512])
  func tilesOfAttentionStayInRegisters(_ channels: Int) throws {
    let header = try #require(Self.rows.first)
    let head = AttentionHead(key: channels, value: channels)
    let tiles: [any AttentionTile] =
      FloatAttentionTile.tiles(for: head) + MatrixAttentionTile.tiles(for: head)
    for tile in tiles {
      let definitions = tile.program(head).definitions.map {
        $0.split(separator: " ").dropFirst().joined(separator: "=")
      }
      let known = Self.rows.filter { cells in
        let parameters = cells[1].split(separator: " ").map(String.init)
        return cells[0] == type(of: tile).kernel.entry
          && definitions.allSatisfy(parameters.contains)
      }
      #expect(!known.isEmpty, "\(definitions) is not in the table")
      for row in known {
        let cells = Dictionary(uniqueKeysWithValues: zip(header, row))
        #expect(cells["spills"] == "0" && cells["stack"] == "0", "\(definitions)")
        #expect(cells["scratch"] == "0" || cells["scratch"] == "-", "\(definitions)")
        #expect(cells["local memory"] == "\(tile.localBytes)", "\(definitions)")
      }
    }
  }
}
