import Conformance

/// Which cases are run: the registered ones, or random ones of every kind.
package struct OpCampaign: Sendable {
  package let references: [CaseReference]

  /// The registered cases whose names hold `filter`.
  package init(registered filter: String) {
    references = AllCases.all.map(\.name).filter { filter.isEmpty || $0.contains(filter) }
      .map(CaseReference.registered)
  }

  /// Random cases, of all kinds by turns.
  /// - Parameters:
  ///   - count: of all of them.
  ///   - start: the number of each kind's first.
  ///   - filter: what the names of kinds hold.
  package init(random count: Int, seed: Int, from start: Int, _ filter: String) {
    let kinds = OpKind.allCases.filter {
      filter.isEmpty || "\($0)".lowercased().contains(filter.lowercased())
    }
    references = (0..<(kinds.isEmpty ? 0 : count)).map { place in
      .random(
        RandomCase(
          kinds[place % kinds.count], seed: seed, number: start + place / kinds.count))
    }
  }
}
