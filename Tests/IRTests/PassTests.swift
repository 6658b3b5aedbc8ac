import IR
import ReferenceExecutor
import Tensors
import TestSupport
import Testing

@Suite struct PassTests {
  @Test func deadNodesGoAndInputsStay() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, 4, 3, 3])
      _ = trace.input("unused", [2])
      _ = x.conv(trace.weights.dead, to: 9).gelu
      return ["y": x.relu]
    }
    let pruned = graph.removingDeadNodes()
    #expect(graph.nodes.count == 7)
    #expect(pruned.nodes.map(\.op) == [.input("x"), .input("unused"), .unary(.relu)])
  }

  @Test func duplicatesMergeWhateverTheOrderOfSums() throws {
    let graph = try Trace.graph { trace in
      let a = trace.input("a", [5])
      let b = trace.input("b", [5])
      let difference = (a - b) * (b - a)
      return ["y": (a + b).gelu * (b + a).gelu, "z": difference, "w": a.relu - a.relu]
    }
    let merged = graph.mergingDuplicates()
    #expect(graph.nodes.count == 13)
    #expect(merged.nodes.count == 10)
    #expect(try results(of: merged, seed: "merge") == results(of: graph, seed: "merge"))
  }

  @Test func affinesOfDifferentScaleStayApart() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [5])
      return ["y": x * 2 + x * 3]
    }
    #expect(graph.mergingDuplicates().nodes.count == graph.nodes.count)
  }

  /// Every registered graph and many random ones mean the same, to the bit, after each pass.
  @Test func passesKeepResults() throws {
    for subject in GraphCases.all.map({ $0 as any ExecutorCase }) + fuzzed {
      let graph = try subject.graph()
      let expected = try results(of: graph, seed: subject.name)
      for pass in [graph.removingDeadNodes(), graph.mergingDuplicates(), simplified(graph)] {
        let actual = try results(of: pass, seed: subject.name)
        #expect(actual == expected, "\(subject.name)")
        #expect(pass.nodes.count <= graph.nodes.count)
      }
    }
  }

  @Test func passesFindSomethingInRandomGraphs() throws {
    let graphs = try fuzzed.map { try $0.graph() }
    #expect(graphs.contains { $0.removingDeadNodes().nodes.count < $0.nodes.count })
    #expect(graphs.contains { $0.mergingDuplicates().nodes.count < $0.nodes.count })
  }

  private let fuzzed: [any ExecutorCase] = (100..<160).map(FuzzCase.init)

  private func simplified(_ graph: Graph) -> Graph {
    graph.mergingDuplicates().removingDeadNodes()
  }

  private func results(of graph: Graph, seed: String) throws -> [String: [UInt32]] {
    var operands: [String: HostTensor] = [:]
    for (name, _, shape) in graph.inputs {
      operands[name] = SeededStream(named: "\(seed)/\(name)").tensor(shape, .activation)
    }
    let weights = SeededWeights(graph.manifest, seed: seed)
    let plan = try ReferenceExecutor().prepare(graph, weights: weights)
    return try plan.run(operands).mapValues { $0.floats.map(\.bitPattern) }
  }
}
