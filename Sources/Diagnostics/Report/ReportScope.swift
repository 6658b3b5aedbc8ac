import Conformance

/// How much a report looks at.
package struct ReportScope: Sendable {
  /// Whether two minutes are to do, instead of ten.
  package let isQuick: Bool
  /// What names of cases, ops and networks hold, one of them; empty for all.
  package let filters: [String]
  /// Height and width of ops and of networks' pictures or latents; nil for their own.
  package let size: (height: Int, width: Int)?

  package init(isQuick: Bool, filters: [String], size: (height: Int, width: Int)?) {
    (self.isQuick, self.filters, self.size) = (isQuick, filters, size)
  }

  package func keeps(_ name: String) -> Bool {
    filters.isEmpty || filters.contains { name.lowercased().contains($0.lowercased()) }
  }

  /// How long cases of ops begin after the first, and how long networks after the look began.
  var patience: (cases: Duration, networks: Duration) {
    isQuick ? (.seconds(30), .seconds(80)) : (.seconds(180), .seconds(480))
  }

  var rounds: Int { isQuick ? 9 : 15 }
  var repeats: Int { isQuick ? 5 : 7 }

  var campaign: OpCampaign { OpCampaign(registered: keeps, isBrief: isQuick) }

  /// Of a quick look those with the most operations among those that differ in sizes only.
  var benchmarks: [BenchmarkCase] {
    let all = BenchmarkCases.all.filter { keeps($0.name) }
    guard isQuick else { return all }
    let kinds = Dictionary(grouping: all.indices) { all[$0].name.prefix { $0 != "," } }
    let work = all.map { (try? $0.subject().flops()) ?? 0 }
    return kinds.values.compactMap { $0.max { work[$0] < work[$1] } }.sorted().map { all[$0] }
  }
}
