import JSON

/// A choice with one of its values, spelled as in `winograd-tiles=16`.
package struct ChoiceSetting: Hashable, Sendable, CustomStringConvertible {
  package let choice: Choice
  package let value: [Int]

  /// - Parameter choices: those that there are.
  /// - Throws: ``ChoiceFault`` for a name or a value that is none of them.
  package init(
    _ name: String, _ spelled: String, among choices: [Choice]
  ) throws(ChoiceFault) {
    choice = try Choice.named(name, among: choices)
    guard let value = choice.value(spelled: spelled) else {
      throw ChoiceFault("\(name) is one of", choice.values.map(Choice.spelled))
    }
    self.value = value
  }

  package var description: String { "\(choice.name)=\(Choice.spelled(value))" }
}

extension Choice {
  /// - Throws: ``ChoiceFault`` that lists `choices` when none of them has the name.
  package static func named(
    _ name: String, among choices: [Choice]
  ) throws(ChoiceFault) -> Choice {
    if let choice = choices.first(where: { $0.name == name }) { return choice }
    throw ChoiceFault("no choice \(quoted(name)) here; there are", choices.map(\.name))
  }

  /// Those that plans of a family's kernels look at: strict ones take one algorithm only.
  package static func all(of family: KernelFamily, in math: MathMode) -> [Choice] {
    all(of: family).filter { math.isFast || !$0.decidesAlgorithm }
  }
}

/// Why words name no choice, or no value of one.
package struct ChoiceFault: Error, CustomStringConvertible {
  package let description: String

  init(_ sentence: String, _ known: [String]) {
    description = "\(sentence) \(known.joined(separator: ", "))"
  }
}
