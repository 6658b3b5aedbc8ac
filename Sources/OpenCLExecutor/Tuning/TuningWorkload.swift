import IR
import Tensors

/// A graph on which tunings are compared.
package struct TuningWorkload: Sendable {
  package let name: String
  let graph: Graph
  let weights: any WeightSource
  let operands: [String: HostTensor]

  package init(
    _ name: String, _ graph: Graph, weights: any WeightSource, operands: [String: HostTensor]
  ) {
    self.name = name
    self.graph = graph
    self.weights = weights
    self.operands = operands
  }
}

extension OpenCLExecutor {
  /// What tells a launch from another that is cut otherwise.
  struct Cut: Hashable {
    let program: ProgramText
    let entry: String
    /// What the kernel is told in numbers.
    let numbers: [Int]
    /// Of each pass.
    let globals: [[Int]]
    let local: [Int]?

    init(_ step: Step) {
      (program, entry) = (step.program, step.entry)
      (globals, local) = (step.globals, step.local)
      numbers = step.arguments.compactMap {
        guard case .int(let number) = $0.value else { return nil }
        return number
      }
    }
  }

  /// How a plan for the graph would cut its work, by launch; builds nothing.
  /// - Parameter weights: asked for nothing but how they are quantised.
  func cuts(of graph: Graph, weights: any WeightSource = NoWeights()) throws -> [Cut] {
    try unweighted(graph, weights).steps.map(Cut.init)
  }

  /// Whether plans of both would cut a graph's work alike; builds nothing.
  package func cuts(
    _ graph: Graph, weights: any WeightSource, as other: OpenCLExecutor
  ) throws -> Bool {
    let own = try cuts(of: graph, weights: weights)
    let others = try other.cuts(of: graph, weights: weights)
    return own.places(notIn: others).isEmpty && others.places(notIn: own).isEmpty
  }
}

extension Sequence where Element == OpenCLExecutor.Cut {
  /// The places of the launches that `others` lacks.
  func places(notIn others: some Sequence<Element>) -> [Int] {
    var counts: [Element: Int] = [:]
    for cut in others { counts[cut, default: 0] += 1 }
    return enumerated().compactMap { place, cut in
      guard let count = counts[cut], count > 0 else { return place }
      counts[cut] = count - 1
      return nil
    }
  }
}
