import Conformance
import IR
import Testing

@Suite struct RandomCaseTests {
  private static let seeds = 1...60

  /// Every case is a graph of its kind that a run can afford.
  @Test(arguments: OpKind.allCases) func everyCaseIsOneOfItsKind(_ kind: OpKind) throws {
    for number in Self.seeds {
      let subject = RandomCase(kind, seed: 1, number: number).drawn().subject
      #expect(OpKind(subject.op) == kind)
      let graph = try subject.graph()
      let result = graph[graph.outputs[0].value].shape.count
      let count = subject.operands.reduce(result) { $0 + $1.shape.count }
      #expect(count <= RandomCase.largestCount && graph.flops <= RandomCase.largestWork)
    }
  }

  /// Extents of one, odd ones and primes are among them.
  @Test func shapesAreOfAllSorts() throws {
    let extents = Self.seeds.flatMap { number in
      RandomCase(.convolution, seed: 1, number: number).drawn().subject.operands[0].shape.extents
    }
    for extent in [1, 2, 3, 5, 7, 17] { #expect(extents.contains(extent)) }
  }

  @Test func seedAndNumberDecide() {
    let names = (0..<20).map { RandomCase(.matmul, seed: 3, number: $0).drawn().subject.name }
    #expect(names == (0..<20).map { RandomCase(.matmul, seed: 3, number: $0).drawn().subject.name })
    #expect(Set(names).count == names.count)
    let other = RandomCase(.matmul, seed: 4, number: 0).drawn()
    #expect(other.choices != RandomCase(.matmul, seed: 3, number: 0).drawn().choices)
  }

  /// Windows and heads, for which kernels are compiled, come in runs; maps do not.
  @Test func casesShareKernels() {
    let count = 8 * RandomCase.sharers
    let operands = (0..<count).map { number in
      RandomCase(.windowAttention, seed: 1, number: number).drawn().subject.operands
    }
    let tables = Set(operands.map { $0[3].shape.extents.suffix(2) })
    #expect(tables.count > 4 && tables.count <= count / 4)
    #expect(Set(operands.map { $0[0].shape }).count > count / 2)
  }

  @Test(arguments: OpKind.allCases) func choicesMakeTheCaseAgain(_ kind: OpKind) {
    for number in Self.seeds {
      let made = RandomCase(kind, seed: 2, number: number).drawn()
      let again = RandomCase(kind, seed: 2, number: number, choices: made.choices).drawn()
      #expect(again.subject.op == made.subject.op && again.choices == made.choices)
      #expect(again.subject.operands.map(\.shape) == made.subject.operands.map(\.shape))
    }
  }

  /// What is made smaller is still a graph of its kind, down to the smallest.
  @Test(arguments: OpKind.allCases) func smallerCasesAreGraphs(_ kind: OpKind) throws {
    let drawn = RandomCase(kind, seed: 5, number: 1)
    for smaller in drawn.smaller(than: drawn.drawn().choices) {
      let subject = smaller.drawn().subject
      _ = try subject.graph()
      #expect(OpKind(subject.op) == kind)
    }
    _ = try RandomCase(kind, seed: 5, number: 1, choices: []).drawn().subject.graph()
  }

  /// Taking away what can be taken ends at the smallest case that fails.
  @Test func loweringFindsTheSmallest() {
    let drawn = RandomCase(.softmax, seed: 1, number: 7)
    func fails(_ candidate: RandomCase) -> Bool {
      candidate.drawn().subject.operands[0].shape.extents.contains { $0 > 5 }
    }
    var best = (1...).lazy.map { RandomCase(.softmax, seed: 1, number: $0) }.first(where: fails)!
    while let smaller = drawn.smaller(than: best.drawn().choices).first(where: fails) {
      best = smaller
    }
    #expect(best.drawn().subject.operands[0].shape == [6])
  }
}
