import Conformance
import Diagnostics

/// What `parity --ops` tells.
enum OpParityReport {
  /// As a table for each comparison, and a line for each case that fails.
  static func lines(_ tallies: [OpParityTally]) -> [String] {
    tallies.flatMap { tally in
      let rows = tally.topics.sorted { $0.key < $1.key }.map { name, topic in
        "| \(name) | \(topic.cases) | \(topic.agreed) | \(brief(topic.worstError)) | "
          + "\(topic.leastRatio.rounded(1)) |"
      }
      return [
        "\(tally.name) against \(baseline(tally)):",
        "| op | cases | agree | worst NMSE | least PSNR |", "|---|---|---|---|---|",
      ] + rows + tally.failures.map(line) + [
        "\(tally.agreed) of \(tally.cases) cases agree"
      ]
    }
  }

  /// What fails, where, and how to see it again.
  static func line(_ row: OpParityRow) -> String {
    let smallest = row.smallest.map {
      "; the smallest of \($0.trials) that were tried: \($0.reference.details): "
        + $0.outcome.details
    }
    return "\(row.reference.details) \(row.outcome.fault ?? "agrees"): \(row.outcome.details)"
      + (smallest ?? "") + "; again: \(again(row))"
  }

  static func name(_ reference: CaseReference) -> String {
    switch reference {
    case .registered(let name): name
    case .random(let drawn): drawn.description
    }
  }

  static func members(_ tallies: [OpParityTally]) -> [(String, JSON)] {
    [
      ("passed", .flag(tallies.allSatisfy(\.failures.isEmpty))),
      ("comparisons", .list(tallies.map(object))),
    ]
  }

  /// A case whatever became of it.
  static func object(of row: OpParityRow) -> JSON {
    var members: [(String, JSON)] = [
      ("executor", .text(row.comparison.candidate.description)), ("passed", .flag(row.passed)),
      ("nmse", row.worstError.map(JSON.number) ?? .null),
      ("psnr", row.leastRatio.map(JSON.number) ?? .null),
    ]
    if row.passed {
      members += [("case", .text(name(row.reference))), ("op", .text(row.reference.details))]
    } else {
      members += failure(row)
    }
    return .object(members)
  }

  private static func object(_ tally: OpParityTally) -> JSON {
    let ops = tally.topics.sorted { $0.key < $1.key }.map { name, topic in
      JSON.object([
        ("op", .text(name)), ("cases", .integer(topic.cases)), ("agreed", .integer(topic.agreed)),
        ("worst_nmse", .number(topic.worstError)), ("least_psnr", .number(topic.leastRatio)),
      ])
    }
    return .object([
      ("executor", .text(tally.name)), ("against", .text(baseline(tally))),
      ("cases", .integer(tally.cases)), ("agreed", .integer(tally.agreed)), ("ops", .list(ops)),
      ("failures", .list(tally.failures.map { .object(failure($0)) })),
    ])
  }

  private static func failure(_ row: OpParityRow) -> [(String, JSON)] {
    let smallest = row.smallest.map { smallest in
      JSON.object([
        ("op", .text(smallest.reference.details)),
        ("details", .text(smallest.outcome.details)), ("trials", .integer(smallest.trials)),
      ])
    }
    return [
      ("case", .text(name(row.reference))), ("op", .text(row.reference.details)),
      ("fault", .text(row.outcome.fault ?? "")), ("details", .text(row.outcome.details)),
      ("smallest", smallest ?? .null), ("again", .text(again(row))),
    ]
  }

  private static func baseline(_ tally: OpParityTally) -> String {
    tally.comparison.baseline.map { "opencl:\($0.device)" } ?? "reference"
  }

  private static func again(_ row: OpParityRow) -> String {
    let which =
      switch row.reference {
      case .registered(let name): "'\(name)'"
      case .random(let drawn):
        "\(drawn.kind) --random 1 --seed \(drawn.seed) --from \(drawn.number)"
      }
    return "limpid parity --ops \(which) -g \(row.comparison.candidate.device)"
  }

  /// Two digits: `1.2e-12`.
  private static func brief(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return value == 0 ? "0" : "\(value)" }
    var (mantissa, exponent) = (value, 0)
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return "\(mantissa.rounded(1))e\(exponent)"
  }
}
