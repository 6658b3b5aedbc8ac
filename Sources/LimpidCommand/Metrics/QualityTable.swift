import Paths
import Quality

/// Measurements of images, as people and programs read them.
struct QualityTable {
  private(set) var rows: [(name: Path, quality: QualityReport)] = []

  mutating func add(_ name: Path, _ quality: QualityReport) { rows.append((name, quality)) }

  var mean: QualityReport { QualityReport(meanOf: rows.map(\.quality)) }

  /// A line per image below a heading, and one of means below several; none without images.
  var lines: [String] {
    guard !rows.isEmpty else { return [] }
    var cells = rows.map { Self.cells(Terminal.visible($0.name.text), $0.quality) }
    if rows.count > 1 { cells.append(Self.cells("mean", mean)) }
    cells.insert(["image", "PSNR", "SSIM", "NIQE"], at: 0)
    let width = cells.map { $0[0].count }.max() ?? 0
    return cells.map { row in
      let name = row[0] + String(repeating: " ", count: width - row[0].count)
      let numbers = row.dropFirst().map { String(repeating: " ", count: 9 - $0.count) + $0 }
      return name + numbers.joined()
    }
  }

  /// A heading and a line per image; what is not known is empty.
  var csv: [String] {
    [CSV.line(["image", "psnr", "ssim", "niqe"])]
      + rows.map { row in
        let numbers = [row.quality.psnr, row.quality.ssim, row.quality.niqe]
        return CSV.line([row.name.text] + numbers.map { $0.map { "\($0)" } ?? "" })
      }
  }

  var json: JSON {
    .object([
      (
        "images", .list(rows.map { .object([("image", .text($0.name.text))] + $0.quality.members) })
      ),
      ("mean", .object(mean.members)),
    ])
  }

  private static func cells(_ name: String, _ quality: QualityReport) -> [String] {
    [
      name, quality.psnr?.fixed(3) ?? "-", quality.ssim?.fixed(4) ?? "-",
      quality.niqe?.fixed(3) ?? "-",
    ]
  }
}

extension QualityReport {
  /// As they are called in JSON.
  var members: [(String, JSON)] {
    [("psnr", psnr), ("ssim", ssim), ("niqe", niqe)].map { name, value in
      (name, value.map(JSON.number) ?? .null)
    }
  }
}
