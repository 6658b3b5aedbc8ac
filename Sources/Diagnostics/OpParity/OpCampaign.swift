import Conformance

/// Which cases are run: the registered ones, or random ones of every kind.
package struct OpCampaign: Sendable {
  package let references: [CaseReference]

  /// The registered cases whose names hold `filter`.
  package init(registered filter: String) {
    self.init(registered: { filter.isEmpty || $0.contains(filter) }, isBrief: false)
  }

  /// Registered cases that a predicate keeps.
  /// - Parameter isBrief: only the first about each kind of op.
  init(registered isKept: (String) -> Bool, isBrief: Bool) {
    let all = AllCases.all.map(\.name).filter(isKept).map(CaseReference.registered)
    guard isBrief else {
      references = all
      return
    }
    var topics: Set<String> = []
    references = all.filter { topics.insert($0.topic).inserted }
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
