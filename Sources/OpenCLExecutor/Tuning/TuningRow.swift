/// A value for every choice of a family of kernels.
package struct TuningRow: Hashable, Sendable {
  package let family: KernelFamily
  private var values: [String: [Int]]

  /// - Parameter values: by the names of all choices of the family.
  init(_ family: KernelFamily, _ values: [String: [Int]]) {
    self.family = family
    self.values = values
  }

  /// The value of a choice of this family.
  package subscript(choice: Choice) -> [Int] {
    get {
      guard let value = values[choice.name] else {
        preconditionFailure("\(choice.name) is no choice of the \(family) kernels")
      }
      return value
    }
    set { values[choice.name] = newValue }
  }

  /// The value of a choice that is one number.
  func number(_ choice: Choice) -> Int { self[choice][0] }

  /// The same with some values replaced.
  package func replacing(_ values: [Choice: [Int]]) -> TuningRow {
    var row = self
    for (choice, value) in values { row[choice] = value }
    return row
  }

  /// The choices whose values differ from another row's, in the family's order.
  package func differences(from other: TuningRow) -> [Choice] {
    Choice.all(of: family).filter { self[$0] != other[$0] }
  }
}
