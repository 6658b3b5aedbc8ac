import Tensors

/// A network as a list of nodes in evaluation order: operands come before their users.
package struct Graph: Sendable {
  /// A value of the graph: the position of the node that makes it.
  package struct Value: Hashable, Sendable, Comparable {
    package let index: Int
    package init(_ index: Int) { self.index = index }
    package static func < (a: Value, b: Value) -> Bool { a.index < b.index }
  }

  package struct Node: Sendable {
    package let op: Op
    package let operands: [Value]
    package let shape: Shape
    /// Weight path of the module that the node belongs to; empty outside modules.
    package let path: String

    package init(op: Op, operands: [Value], shape: Shape, path: String) {
      self.op = op
      self.operands = operands
      self.shape = shape
      self.path = path
    }
  }

  /// A named result.
  package struct Output: Sendable {
    package let name: String
    package let value: Value
    package init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  package let nodes: [Node]
  package let outputs: [Output]

  package init(nodes: [Node], outputs: [Output]) {
    self.nodes = nodes
    self.outputs = outputs
  }

  package subscript(value: Value) -> Node { nodes[value.index] }

  package var values: [Value] { nodes.indices.map(Value.init) }

  /// The named operands with their shapes, in the order of declaration.
  package var inputs: [(name: String, value: Value, shape: Shape)] {
    values.compactMap {
      guard case .input(let name) = self[$0].op else { return nil }
      return (name, $0, self[$0].shape)
    }
  }

  /// Whether a value is a parameter.
  package func isWeight(_ value: Value) -> Bool {
    if case .weight = self[value].op { true } else { false }
  }

  /// The nodes that read each value.
  package var users: [[Value]] {
    var users = [[Value]](repeating: [], count: nodes.count)
    for value in values {
      for operand in Set(self[value].operands) { users[operand.index].append(value) }
    }
    return users
  }

  /// Floating-point operations of one evaluation.
  package var flops: Int {
    nodes.reduce(0) { sum, node in
      let operands = node.operands.map { self[$0].shape }
      return sum + (node.op.rule?.flops(operands: operands, output: node.shape) ?? 0)
    }
  }
}
