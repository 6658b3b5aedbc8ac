import Paths
import Quality

/// Measurements of images, as people and programs read them.
struct QualityTable {
  private(set) var rows: [(name: Path, quality: QualityReport)] = []
  private let measures: [Measure]

  /// - Parameter measures: those that are shown, in order.
  init(_ measures: [Measure] = Measure.usual) { self.measures = measures }

  mutating func add(_ name: Path, _ quality: QualityReport) { rows.append((name, quality)) }

  var mean: QualityReport { QualityReport(meanOf: rows.map(\.quality)) }

  /// A line per image below a heading, and one of means below several; none without images.
  var lines: [String] {
    guard !rows.isEmpty else { return [] }
    var cells = rows.map { [Terminal.visible($0.name.text)] + numbers($0.quality) }
    if rows.count > 1 { cells.append(["mean"] + numbers(mean)) }
    cells.insert(["image"] + measures.map(\.name), at: 0)
    let width = cells.map { $0[0].count }.max() ?? 0
    return cells.map { row in
      let name = row[0] + String(repeating: " ", count: width - row[0].count)
      let numbers = row.dropFirst().map { String(repeating: " ", count: 9 - $0.count) + $0 }
      return name + numbers.joined()
    }
  }

  private func numbers(_ quality: QualityReport) -> [String] {
    measures.map { $0.value(quality)?.fixed($0.digits) ?? "-" }
  }

  /// A heading and a line per image; what is not known is empty.
  var csv: [String] {
    [CSV.line(["image"] + measures.map(\.key))]
      + rows.map { row in
        let numbers = measures.map { $0.value(row.quality) }
        return CSV.line([row.name.text] + numbers.map { $0.map { "\($0)" } ?? "" })
      }
  }

  var json: JSON {
    let images = rows.map { row in
      JSON.object([("image", .text(row.name.text))] + row.quality.members(measures))
    }
    return .object([("images", .list(images)), ("mean", .object(mean.members(measures)))])
  }
}

extension QualityReport {
  /// As they are called in JSON.
  func members(_ measures: [Measure] = Measure.usual) -> [(String, JSON)] {
    measures.map { ($0.key, $0.value(self).map(JSON.number) ?? .null) }
  }
}
