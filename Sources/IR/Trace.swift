import Tensors

/// Records a network while its function runs.
///
/// A misfit does not throw: it is kept as a value, the tensor that it invalidates carries it on,
/// and ``Trace/graph(_:)`` reports the first one. So a network is written without `try`.
package final class Trace {
  private(set) var nodes: [Graph.Node] = []
  private var fault: Fault?
  private var declared: [String: Tensor] = [:]
  /// What paths of parameters begin with.
  private var root = ""

  /// Records `body` and returns its graph.
  /// - Parameter body: declares inputs on the trace and returns the named outputs.
  /// - Throws: the first ``Fault``.
  package static func graph(_ body: (Trace) -> Results) throws(Fault) -> Graph {
    let trace = Trace()
    let outputs = body(trace)
    if let fault = trace.fault { throw fault }
    return Graph(
      nodes: trace.nodes,
      outputs: outputs.pairs.map { Graph.Output(name: $0.name, value: $0.tensor.value) })
  }

  /// Declares an operand of the network.
  package func input(_ name: String, _ shape: Shape) -> Tensor {
    declare(.input(name), key: "input:" + name, shape: shape, path: "")
  }

  /// Stands for an operand that cannot be declared; the trace ends in this fault.
  package func refuse(_ name: String, _ shapes: [Shape], _ reason: String) -> Tensor {
    record(Fault(op: "input", operands: shapes, path: name, reason: reason))
  }

  /// The root of the names of parameters: of the checkpoint's, or within a ``scope(_:_:)``.
  package var weights: Weights { Weights(trace: self, path: root) }

  /// Records a network among others in one graph: its parameters are called `name.PATH`, as
  /// ``JoinedWeights`` finds them.
  package func scope<Result>(_ name: String, _ body: () -> Result) -> Result {
    let outer = root
    root = outer.isEmpty ? name : outer + "." + name
    defer { root = outer }
    return body()
  }

  func weight(_ path: String, _ shape: Shape) -> Tensor {
    declare(.weight(path), key: path, shape: shape, path: path)
  }

  private func declare(_ op: Op, key: String, shape: Shape, path: String) -> Tensor {
    if let known = declared[key] {
      guard known.shape != shape else { return known }
      return record(
        Fault(
          op: op.name, operands: [known.shape, shape], path: path,
          reason: "'\(key)' is declared twice with different shapes"))
    }
    guard shape.rank <= Shape.maximumRank, let count = shape.checkedCount, count > 0 else {
      return record(Fault(op: op.name, operands: [shape], path: path, reason: "not a usable shape"))
    }
    let tensor = append(Graph.Node(op: op, operands: [], shape: shape, path: path))
    declared[key] = tensor
    return tensor
  }

  /// Appends an op on operands of this trace.
  func apply(_ op: Op, _ operands: [Tensor], path: String) -> Tensor {
    guard !operands.contains(where: \.isInvalid), let rule = op.rule else { return .invalid(self) }
    let shapes = operands.map(\.shape)
    do throws(Misfit) {
      let shape = try rule.shape(of: shapes)
      guard let count = shape.checkedCount, count > 0 else { throw Misfit("empty result \(shape)") }
      return append(
        Graph.Node(op: op, operands: operands.map(\.value), shape: shape, path: path))
    } catch {
      return record(Fault(op: op.name, operands: shapes, path: path, reason: error.reason))
    }
  }

  private func append(_ node: Graph.Node) -> Tensor {
    nodes.append(node)
    return Tensor(trace: self, value: Graph.Value(nodes.count - 1), shape: node.shape)
  }

  private func record(_ fault: Fault) -> Tensor {
    self.fault = self.fault ?? fault
    return .invalid(self)
  }
}
