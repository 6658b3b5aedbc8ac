import IR
import Tensors

/// A case of one kind of op with shapes, parameters and values that a seed and a number decide.
///
/// It is small: at most ``largestWork`` floating-point operations, ``largestCount`` elements in
/// operands and result together. Operands of results below ``smallCount`` elements are positive, so
/// that no sum cancels: an error is told from rounding by its share of the result.
package struct RandomCase: Hashable, Codable, Sendable, CustomStringConvertible {
  package static let largestWork = 1 << 22
  package static let largestCount = 1 << 15
  package static let smallCount = 256
  /// Cases in a row whose kernels are compiled for the same numbers: compilers take a hundred times
  /// as long as a case.
  package static let sharers = 8

  package let kind: OpKind
  package let seed: Int
  package let number: Int
  /// What decides it instead of the seed; see ``Draw``.
  package private(set) var choices: [Int]?

  package init(_ kind: OpKind, seed: Int, number: Int, choices: [Int]? = nil) {
    (self.kind, self.seed, self.number, self.choices) = (kind, seed, number, choices)
  }

  package var description: String { "\(kind) \(seed)/\(number)" }

  /// The case, and the choices that decided it.
  package func drawn() -> (subject: OpCase, choices: [Int]) {
    if let choices { return drawn(Draw(replaying: choices)) }
    for attempt in 0... {
      let stream = SeededStream(named: "\(self)/\(attempt)")
      let group = "\(number / Self.sharers)/\(attempt / Self.sharers)"
      let common = SeededStream(named: "\(kind) \(seed) common \(group)")
      let made = drawn(Draw(stream, common: common))
      if Self.admits(made.subject) { return made }
    }
    preconditionFailure("\(kind) has no small cases")
  }

  /// The cases that one choice less makes, the smallest first; and those that need not draw the
  /// next number any more, as a shape of fewer axes does not.
  package func smaller(than choices: [Int]) -> [RandomCase] {
    choices.indices.filter { choices[$0] > 0 }.flatMap { index in
      var records = Set([0, choices[index] / 2, choices[index] - 1]).sorted().map { lower in
        choices.replacing(index, with: lower)
      }
      if index + 1 < choices.count {
        var shorter = choices.replacing(index, with: choices[index] - 1)
        shorter.remove(at: index + 1)
        records.append(shorter)
      }
      return records.map { RandomCase(kind, seed: seed, number: number, choices: $0) }
    }
  }

  private func drawn(_ draw: Draw) -> (subject: OpCase, choices: [Int]) {
    var draw = draw
    let (op, operands) = draw.operands(of: kind)
    let name = "random \(seed)/\(number)"
    let subject = OpCase(op, operands, name)
    guard Self.resultCount(subject) < Self.smallCount else { return (subject, draw.choices) }
    let positive = operands.map { operand in
      OpCase.Operand(
        role: operand.role, shape: operand.shape, values: operand.values ?? .positive)
    }
    return (OpCase(op, positive, name), draw.choices)
  }

  private static func admits(_ subject: OpCase) -> Bool {
    let count = subject.operands.reduce(resultCount(subject)) { $0 + $1.shape.count }
    return count <= largestCount && (try? subject.flops()).map { $0 <= largestWork } == true
  }

  /// Of a case that is no graph, none.
  private static func resultCount(_ subject: OpCase) -> Int {
    guard let graph = try? subject.graph() else { return 0 }
    return graph[graph.outputs[0].value].shape.count
  }
}

extension [Int] {
  fileprivate func replacing(_ index: Int, with number: Int) -> [Int] {
    var copy = self
    copy[index] = number
    return copy
  }
}
