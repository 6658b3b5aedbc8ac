/// Every registered case: the ones of single ops, of small graphs and of the fuzzer.
package enum AllCases {
  package static let all: [any ExecutorCase] = OpCases.all + GraphCases.all + FuzzCases.all

  /// The case of a name.
  package static func named(_ name: String) -> (any ExecutorCase)? { byName[name] }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
