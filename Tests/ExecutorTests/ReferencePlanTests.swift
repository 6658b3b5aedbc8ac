import Conformance
import IR
import ReferenceExecutor
import Tensors
import Testing

@Suite struct ReferencePlanTests {
  private struct Gains: WeightSource {
    let shape: Shape
    func tensor(_ path: String) throws -> HostTensor {
      HostTensor(shape, [Float](repeating: 2, count: shape.count))
    }
  }

  private func scaling() throws -> Graph {
    try Trace.graph { trace in
      ["y": (trace.input("x", [3]) * trace.weights.head.gain(3)).relu]
    }
  }

  @Test func showsEveryValueInOrder() throws {
    let plan = try ReferenceExecutor().plan(scaling(), weights: Gains(shape: [3]))
    var seen: [(Int, [Float])] = []
    let x = HostTensor([3], [-1, 2, 3])
    let results = try plan.run(["x": x]) { seen.append(($0.index, $1.floats)) }
    #expect(seen.map(\.0) == [0, 1, 2, 3])
    #expect(seen.map(\.1) == [[-1, 2, 3], [2, 2, 2], [-2, 4, 6], [0, 4, 6]])
    #expect(results["y"]?.floats == [0, 4, 6])
  }

  @Test func anObserverCanStopTheRun() throws {
    struct Stop: Error {}
    let plan = try ReferenceExecutor().plan(scaling(), weights: Gains(shape: [3]))
    #expect(throws: Stop.self) {
      try plan.run(["x": HostTensor([3], [-1, 2, 3])]) { value, _ in
        if value.index == 2 { throw Stop() }
      }
    }
  }

  @Test func refusesAParameterOfAnotherShape() {
    let error = #expect(throws: OperandError.self) {
      try ReferenceExecutor().prepare(scaling(), weights: Gains(shape: [1, 3]))
    }
    #expect(
      error?.description
        == "parameter 'head.gain' has shape [1, 3], the network takes [3]")
  }

  @Test func refusesOperandsThatDoNotFit() throws {
    let plan = try ReferenceExecutor().prepare(scaling(), weights: Gains(shape: [3]))
    let x = HostTensor([3], [1, 2, 3])
    for operands in [[:], ["x": x.reshaped([1, 3])], ["x": x, "z": x]] {
      #expect(throws: OperandError.self) { try plan.run(operands) }
    }
  }

  /// An image's result does not depend on the batch it is in.
  @Test func imagesOfABatchAreIndependent() throws {
    func graph(batch: Int) throws -> Graph {
      try Trace.graph { trace in
        let w = trace.weights
        let x = trace.input("x", [batch, 5, 6, 7]).conv(w.first, to: 8, kernel: 3).gelu
        return ["y": (x * x.pooled).layerNorm(w.norm, epsilon: 1e-6).conv(w.last, to: 3)]
      }
    }
    func run(_ graph: Graph, _ x: HostTensor) throws -> HostTensor {
      let weights = SeededWeights(graph.manifest, seed: "batch")
      return try ReferenceExecutor().prepare(graph, weights: weights).run(["x": x])["y"]!
    }
    let images = SeededStream(named: "batch").tensor([3, 5, 6, 7], .activation)
    let together = try run(graph(batch: 3), images)
    for index in 0..<3 {
      let alone = try run(graph(batch: 1), images.outermost(index))
      #expect(alone.floats == together.outermost(index).floats)
    }
  }
}
