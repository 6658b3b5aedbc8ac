import Diffusion
import IR
import ReferenceExecutor
import Tensors
import Testing

@Suite struct GuidanceTests {
  private static let branches: [(Guidance, [Guidance.Branch], [Double])] = [
    (.none, [.conditional], [1]),
    (.classifierFree(scale: 7.5), [.unconditional, .conditional], [-6.5, 7.5]),
    (.classifierFree(scale: 1), [.conditional], [1]),
    (.classifierFree(scale: 0), [.unconditional], [1]),
    (
      .textAndImage(text: 7.5, image: 1.5), [.unconditional, .imageOnly, .conditional],
      [-0.5, -6, 7.5]
    ),
    (.textAndImage(text: 1, image: 1), [.conditional], [1]),
    (.textAndImage(text: 2, image: 1), [.imageOnly, .conditional], [-1, 2]),
    (.textAndImage(text: 3, image: 3), [.unconditional, .conditional], [-2, 3]),
    (.textAndImage(text: 0, image: 1), [.imageOnly], [1]),
  ]

  @Test(arguments: branches) func leavesOutBranchesWithoutWeight(
    _ guidance: Guidance, _ branches: [Guidance.Branch], _ weights: [Double]
  ) {
    #expect(guidance.branches.map(\.branch) == branches)
    #expect(guidance.branches.map(\.weight) == weights)
  }

  private static let shape: Shape = [2, 3, 4, 5]
  private static let image = HostTensor(
    shape, (0..<shape.count).map { Float($0 * 37 % 101) / 50 - 1 })

  /// One step that ends at the guided answer; the network multiplies by a factor per conditioning.
  private func guided(
    _ guidance: Guidance, factors: [Guidance.Branch: Float], _ image: HostTensor = Self.image
  ) throws -> [Float] {
    let program = try SamplerProgram(steps: [.init(timestep: 7, sample: .output)])
    let step = StepGraph(StepLayout(program, guidance: guidance), shape: image.shape)
    let graph = try Trace.graph { trace in
      let factors = trace.input("factors", [step.networkBatch, 1, 1, 1])
      return step.trace(in: trace) { sample, _ in sample * factors }
    }
    let each = step.branches.flatMap { [Float](repeating: factors[$0]!, count: image.shape[0]) }
    var operands = step.operands(program.steps[0], guidance: guidance)
    // A timestep that no network reads is an operand all the same.
    #expect(operands["timestep"]!.floats == [Float](repeating: 7, count: step.networkBatch))
    operands["sample"] = image
    operands["factors"] = HostTensor([step.networkBatch, 1, 1, 1], each)
    return try ReferenceExecutor().prepare(graph, weights: NoWeights()).run(operands)["sample"]!
      .floats
  }

  private static let factors: [Guidance.Branch: Float] = [
    .conditional: 2, .imageOnly: -0.5, .unconditional: 1.25,
  ]

  @Test(arguments: branches) func combinesTheAnswers(
    _ guidance: Guidance, _ branches: [Guidance.Branch], _ weights: [Double]
  ) throws {
    let factor = zip(branches, weights).reduce(0) { $0 + $1.1 * Double(Self.factors[$1.0]!) }
    let result = try guided(guidance, factors: Self.factors)
    for (value, x) in zip(result, Self.image.floats) {
      #expect(abs(Double(value) - factor * Double(x)) < 1e-5)
    }
  }

  @Test func bringsTheDeviationBack() throws {
    let guidance = Guidance.classifierFree(scale: 5, rescale: 0.7)
    let result = try guided(guidance, factors: Self.factors)
    // Guided: 1.25 + 5 * 0.75 = 5; the conditional answer has 2 / 5 of that deviation.
    let factor: Float = 5 * (0.7 * 2 / 5 + 0.3)
    for (value, x) in zip(result, Self.image.floats) { #expect(abs(value - factor * x) < 1e-5) }
  }

  /// An image of a batch has the bits that it has alone, guided and rescaled.
  @Test func doesNotDependOnTheBatch() throws {
    let guidance = Guidance.classifierFree(scale: 5, rescale: 0.7)
    let together = try guided(guidance, factors: Self.factors)
    let alone = try (0..<2).flatMap {
      try guided(guidance, factors: Self.factors, Self.image.outermost($0))
    }
    #expect(together == alone)
  }
}
