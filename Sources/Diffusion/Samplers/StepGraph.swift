import IR
import Tensors

/// A sampler's step as a graph: scale the sample, ask the network under every conditioning, guide,
/// update. Its outputs `sample` and `slot.K` are the next step's inputs of the same names, so they
/// can stay on the device; per step only `timestep`, `scalar.K` and, where drawn, `noise` change.
package struct StepGraph {
  package let layout: StepLayout
  /// (images, channels, height, width) of the sample
  package let shape: Shape

  package init(_ layout: StepLayout, shape: Shape) {
    self.layout = layout
    self.shape = shape
  }

  /// The results that are operands of the next step, under the same names.
  package var carries: [Carry] {
    (["sample"] + layout.slots.indices.map { "slot.\($0)" }).map { Carry(output: $0, input: $0) }
  }

  /// Number of images that the network sees at once: every image under every conditioning.
  package var networkBatch: Int { shape[0] * layout.branches.count }

  /// Traces the step.
  /// - Parameter network: takes the scaled samples and timesteps (networkBatch), ordered by
  ///   conditioning as ``branches`` and then by image, and gives an answer of the samples' shape.
  package func trace(
    in trace: Trace, network: (_ sample: Tensor, _ timestep: Tensor) -> Tensor
  ) -> Results {
    self.trace(in: trace) { sample, timestep, guide in guide(network(sample, timestep)) }
  }

  /// Traces the step around an estimate that is guided before it is complete.
  /// - Parameter estimate: takes what a network does, and what makes one answer for each image of
  ///   answers under all conditionings, which may be those for a part of the samples.
  package func trace(
    in trace: Trace,
    estimate: (_ sample: Tensor, _ timestep: Tensor, _ guide: (Tensor) -> Tensor) -> Tensor
  ) -> Results {
    let step = StepTracer(layout, shape, trace)
    let timestep = trace.input("timestep", [networkBatch])
    let input = step.weighted(step.sample, layout.inputScale)
    let repeats = [Tensor](repeating: input, count: layout.branches.count - 1)
    let batch =
      repeats.isEmpty ? input : input.apply(.concatenation(Concatenation(axis: 0)), repeats)
    let output = estimate(batch, timestep, step.guided)
    var terms = step.terms(output)
    if let row = layout.denoised, let limit = layout.clampLimit {
      terms[.denoised] = step.sum(row, terms).clamped(to: Float(limit))
    }
    let slots = layout.slots.enumerated().map { index, row in
      ("slot.\(index)", step.sum(row, terms))
    }
    return Results([("sample", step.sum(layout.sample, terms))] + slots)
  }

  /// The conditionings in the order of the network's batch.
  package var branches: [Guidance.Branch] { layout.branches }

  /// The operands of one step, without the carried values and the noise.
  package func operands(
    _ step: SamplerProgram.Step, guidance: Guidance = .none
  ) -> [String: HostTensor] {
    let timesteps = [Float](repeating: Float(step.timestep), count: networkBatch)
    var operands = ["timestep": HostTensor([networkBatch], timesteps)]
    for (index, value) in layout.scalars(step, guidance: guidance).enumerated() {
      operands["scalar.\(index)"] = HostTensor([1, 1, 1, 1], [value])
    }
    return operands
  }
}

/// The parts of a step while it is traced.
private struct StepTracer {
  private let layout: StepLayout
  private let shape: Shape
  private let trace: Trace
  let sample: Tensor

  init(_ layout: StepLayout, _ shape: Shape, _ trace: Trace) {
    self.layout = layout
    self.shape = shape
    self.trace = trace
    sample = trace.input("sample", shape)
  }

  func terms(_ output: Tensor) -> [Combination.Term: Tensor] {
    var terms: [Combination.Term: Tensor] = [.sample: sample, .output: output]
    if layout.drawsNoise { terms[.noise] = trace.input("noise", shape) }
    for index in layout.slots.indices { terms[.slot(index)] = trace.input("slot.\(index)", shape) }
    return terms
  }

  func weighted(_ tensor: Tensor, _ weight: StepLayout.Weight) -> Tensor {
    switch weight {
    case .one: tensor
    case .scalar(let index): tensor * trace.input("scalar.\(index)", [1, 1, 1, 1])
    }
  }

  /// A row without terms is zero in every step.
  func sum(_ row: StepLayout.Row, _ terms: [Combination.Term: Tensor]) -> Tensor {
    let parts = row.parts.map { weighted(terms[$0.term]!, $0.weight) }
    return parts.dropFirst().reduce(parts.first ?? sample * 0, +)
  }

  /// Takes the answers apart by conditioning and puts them together.
  func guided(_ answers: Tensor) -> Tensor {
    let images = shape[0]
    guard layout.branches.count > 1 else { return weighted(answers, layout.branchWeights[0]) }
    let answers = layout.branches.indices.map {
      answers.sliced(axis: 0, from: $0 * images, count: images)
    }
    let weightedAnswers = zip(answers, layout.branchWeights).map { weighted($0, $1) }
    let guided = weightedAnswers.dropFirst().reduce(weightedAnswers[0], +)
    guard let rescale = layout.rescale,
      let conditional = layout.branches.firstIndex(of: .conditional)
    else { return guided }
    let ratio = (answers[conditional].variance / guided.variance).sqrt
    return guided + weighted(guided * (ratio + -1), rescale)
  }
}

extension Tensor {
  /// Every element within plus and minus `limit`.
  fileprivate func clamped(to limit: Float) -> Tensor {
    let raised = (self + limit).relu + -limit
    return (raised * -1 + limit).relu * -1 + limit
  }

  /// Variance of all values of each image: (N, 1, 1, 1).
  fileprivate var variance: Tensor {
    let all = Op.mean(Mean(axes: [1, 2, 3]))
    let centred = self - apply(all)
    return (centred * centred).apply(all)
  }
}
