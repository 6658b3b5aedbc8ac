import Diffusion
import IR
import ReferenceExecutor
import Tensors

/// Runs a program's step graph on the reference executor with the analytic network of
/// `tools/fixtures/samplers.py`.
struct StepRun {
  static let shape: Shape = [1, 2, 2, 2]

  let program: SamplerProgram
  let guidance: Guidance
  let graph: StepGraph
  private let plan: any Plan

  init(_ program: SamplerProgram, guidance: Guidance = .none, shape: Shape = Self.shape) throws {
    self.program = program
    self.guidance = guidance
    let step = StepGraph(StepLayout(program, guidance: guidance), shape: shape)
    graph = step
    plan = try ReferenceExecutor().prepare(
      Trace.graph { step.trace(in: $0, network: Self.network) }, weights: NoWeights())
  }

  /// 1.2 sigmoid(0.8 x + 0.002 t - 1) - 0.5 + 0.1 x
  private static func network(_ x: Tensor, _ timestep: Tensor) -> Tensor {
    let time = timestep.reshaped(x.batch, 1, 1, 1)
    return (x * 0.8 + (time * 0.002 + -1)).sigmoid * 1.2 + -0.5 + x * 0.1
  }

  /// The sample after every step; the noise is PyTorch's, from seeds 0 and 1.
  func trajectory() throws -> [[Float]] {
    var state = start()
    return try steps().map { operands in
      state = try plan.run(operands.merging(state) { $1 })
      return state["sample"]!.floats
    }
  }

  /// The last sample, all steps being one loop of the plan.
  func looped() throws -> [Float] {
    try plan.run(start(), steps: steps(), carrying: graph.carries) { _ in }["sample"]!.floats
  }

  /// What the first step is carried: scaled noise, and slots of zeros.
  private func start() -> [String: HostTensor] {
    var generator = TorchGenerator(seed: 0)
    let shape = graph.shape
    let first = generator.normals(shape).floats.map { $0 * Float(program.initialScale) }
    var state = ["sample": HostTensor(shape, first)]
    for slot in graph.carries.dropFirst() {
      state[slot.input] = HostTensor(shape, [Float](repeating: 0, count: shape.count))
    }
    return state
  }

  /// What changes with the steps.
  private func steps() -> [[String: HostTensor]] {
    var generator = TorchGenerator(seed: 1)
    var drawn = HostTensor(graph.shape, [Float](repeating: 0, count: graph.shape.count))
    return program.steps.map { step in
      var operands = graph.operands(step, guidance: guidance)
      if step.drawsNoise { drawn = generator.normals(graph.shape) }
      if graph.layout.drawsNoise { operands["noise"] = drawn }
      return operands
    }
  }
}
