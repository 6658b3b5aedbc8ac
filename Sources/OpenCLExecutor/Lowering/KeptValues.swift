import IR

extension Lowering {
  /// Moves results to where the next run looks for them, unless they were written there.
  func keepResults() throws {
    for (number, carry) in carries.enumerated() {
      let value = graph.outputs.first { $0.name == carry.output }!.value
      let placement = Placement.standard(graph[value].shape)
      if rows(of: value) == Rows(.kept(number), placement) { continue }
      try copy(value, to: placement, .kept(number))
    }
  }

  /// Where an insertion into a value that is kept may write its rows alone: nobody else reads the
  /// value, which the result replaces.
  func keptPlace(of insertion: Graph.Value) -> Storage? {
    let target = graph[insertion].operands[0]
    guard case .input(let name) = graph[target].op, users[target.index] == [insertion],
      let number = carries.firstIndex(where: { $0.input == name }),
      graph.outputs.first(where: { $0.name == carries[number].output })?.value == insertion
    else { return nil }
    return .kept(number)
  }
}
