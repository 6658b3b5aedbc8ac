import Diagnostics
import Models

/// What was measured about half precision, as people and programs read it.
struct PrecisionReport {
  let measurement: PrecisionMeasurement
  let model: Model
  /// Whether the verdict is to be kept where that is possible.
  let keepsVerdict: Bool

  var lines: [String] {
    ["\(model.name) (\(model.recognition.descriptor.architecture)) on \(measurement.device)"]
      + table
      + measurement.omitted.map { "not run: \($0.mode.title): \($0.reason)" } + [conclusion]
  }

  private static let heading = [
    "precision", "picture", "size", "PSNR", "steps", "non-finite", "seconds",
  ]

  /// Names to the left, numbers to the right.
  private var table: [String] {
    let rows = measurement.rows.flatMap { row in row.results.map { cells($0, row) } }
    let all = [Self.heading] + rows
    let widths = Self.heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      widths.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column < 2 ? row[column] + space : space + row[column]
      }.joined(separator: "  ")
    }
  }

  private func cells(_ result: PrecisionRow.Result, _ row: PrecisionRow) -> [String] {
    let costs =
      row.mode == nil
      ? ["-", "-", "-"]
      : [
        result.psnr?.fixed(1) ?? "equal", result.steps.fixed(2), "\(result.nonFinite)",
      ]
    return [row.mode.title, Terminal.visible(result.name), "\(result.width)x\(result.height)"]
      + costs + [result.seconds.fixed(3)]
  }

  private var conclusion: String {
    guard let verdict = measurement.verdict else {
      return "no verdict: nothing is known of matrix units; a GPU that has them can tell"
    }
    let place: String? =
      !keepsVerdict
      ? nil : model.precisionPath.map { "kept in \($0)" } ?? "kept in bundles only"
    return "verdict: \(verdict.dtype); the rule: \(PrecisionVerdict.rule)"
      + (place.map { "; \($0)" } ?? "")
  }

  var object: JSON {
    .object([
      ("model", .text(model.name)), ("model_sha", model.digest.map(JSON.text) ?? .null),
      ("device", .text(measurement.device)),
      (
        "rows",
        .list(
          measurement.rows.map { row in
            .object([
              ("mode", .text(row.mode?.rawValue ?? "f32")),
              ("pictures", .list(row.results.map { Self.object($0, isCompared: row.mode != nil) })),
            ])
          })
      ),
      (
        "omitted",
        .list(
          measurement.omitted.map {
            .object([("mode", .text($0.mode.rawValue)), ("reason", .text($0.reason))])
          })
      ),
      ("rule", .text(PrecisionVerdict.rule)),
      ("verdict", measurement.verdict.map { .text($0.dtype.rawValue) } ?? .null),
      ("file", keepsVerdict ? kept : .null),
    ])
  }

  private var kept: JSON {
    guard measurement.verdict != nil, let path = model.precisionPath else { return .null }
    return .text(path.text)
  }

  private static func object(_ result: PrecisionRow.Result, isCompared: Bool) -> JSON {
    let costs: [(String, JSON)] = [
      ("psnr", result.psnr.map(JSON.number) ?? .null), ("steps", .number(result.steps)),
      ("non_finite", .integer(result.nonFinite)),
    ]
    return .object(
      [
        ("name", .text(result.name)), ("w", .integer(result.width)), ("h", .integer(result.height)),
        ("seconds", .number(result.seconds)),
      ] + (isCompared ? costs : []))
  }
}

extension HalfMode {
  var title: String {
    switch self {
    case .storage: "f16, stored"
    case .matrixUnits: "f16, matrix units"
    case .emulatedMatrixUnits: "f16, imitated matrix units"
    }
  }
}

extension HalfMode? {
  fileprivate var title: String { self?.title ?? "f32" }
}
