/// Which weighted sums a program's steps are made of, whatever their weights: what a step's graph
/// depends on besides the network. Programs with equal layouts can share a plan.
package struct StepLayout: Hashable, Sendable {
  /// A weight in the graph.
  enum Weight: Hashable, Sendable {
    /// 1 in every step: not multiplied.
    case one
    /// The scalar operand with this index.
    case scalar(Int)
  }

  /// A weighted sum.
  struct Row: Hashable, Sendable {
    struct Part: Hashable, Sendable {
      let term: Combination.Term
      let weight: Weight
    }

    let parts: [Part]
  }

  let inputScale: Weight
  let branches: [Guidance.Branch]
  let branchWeights: [Weight]
  let rescale: Weight?
  let denoised: Row?
  let clampLimit: Double?
  let sample: Row
  let slots: [Row]
  /// Number of scalar operands.
  package let scalarCount: Int
  package let drawsNoise: Bool

  package init(_ program: SamplerProgram, guidance: Guidance = .none) {
    var scalars = 0
    func weight(_ values: [Double]) -> Weight {
      guard values.contains(where: { $0 != 1 }) else { return .one }
      defer { scalars += 1 }
      return .scalar(scalars)
    }
    func row(_ sum: (SamplerProgram.Step) -> Combination?) -> Row {
      let sums = program.steps.map { sum($0) ?? .zero }
      let terms = Set(sums.flatMap(\.weights.keys)).sorted { $0.order < $1.order }
      return Row(
        parts: terms.compactMap { term in
          let values = sums.map { $0[term] }
          guard values.contains(where: { $0 != 0 }) else { return nil }
          return Row.Part(term: term, weight: weight(values))
        })
    }
    inputScale = weight(program.steps.map(\.inputScale))
    branches = guidance.branches.map(\.branch)
    branchWeights = guidance.branches.map { weight([$0.weight]) }
    rescale = guidance.rescale == 0 ? nil : weight([guidance.rescale])
    clampLimit = program.clampLimit
    denoised = program.clampLimit == nil ? nil : row(\.denoised)
    sample = row(\.sample)
    slots = (0..<program.slotCount).map { index in
      row { index < $0.slots.count ? $0.slots[index] : nil }
    }
    scalarCount = scalars
    drawsNoise = ([sample] + slots).contains { $0.parts.contains { $0.term == .noise } }
  }

  /// The scalar operands of one step, by index.
  package func scalars(
    _ step: SamplerProgram.Step, guidance: Guidance = .none
  ) -> [Float] {
    var scalars = [Float](repeating: 0, count: scalarCount)
    func set(_ weight: Weight, _ value: Double) {
      if case .scalar(let index) = weight { scalars[index] = Float(value) }
    }
    func set(_ row: Row, _ sum: Combination) {
      for part in row.parts { set(part.weight, sum[part.term]) }
    }
    set(inputScale, step.inputScale)
    for (weight, branch) in zip(branchWeights, guidance.branches) { set(weight, branch.weight) }
    if let rescale { set(rescale, guidance.rescale) }
    if let denoised { set(denoised, step.denoised ?? .zero) }
    set(sample, step.sample)
    for (row, slot) in zip(slots, step.slots) { set(row, slot) }
    return scalars
  }
}

extension Combination.Term {
  /// A fixed order of the terms of a sum.
  fileprivate var order: Int {
    switch self {
    case .sample: 0
    case .output: 1
    case .denoised: 2
    case .noise: 3
    case .slot(let index): 4 + index
    }
  }
}
