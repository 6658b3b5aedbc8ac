import Conformance
import IR
import OpenCL
import OpenCLExecutor
import Testing

/// Numbers are told to kernels as arguments: they make no programs.
@Suite struct ProgramNumberTests {
  /// Cases that differ in numbers alone.
  struct Family: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let cases: [OpCase]

    init(_ name: String, _ cases: [OpCase]) { (testDescription, self.cases) = (name, cases) }
  }

  static let families = [
    Family(
      "scales and offsets",
      [(2, 3), (0.5, -1)].map {
        OpCase(.unary(.affine(scale: $0, offset: $1)), [.input([1, 17, 5, 3])])
      }),
    Family(
      "slopes", [0.1, 0.2].map { OpCase(.unary(.leakyRelu(slope: $0)), [.input([1, 17, 5, 3])]) }),
    Family("channels", [17, 20, 33].map { OpCase(.unary(.sigmoid), [.input([1, $0, 5, 3])]) }),
    Family(
      "operands in either order",
      [false, true].map { isFirst in
        let all = OpCase.Operand.input([1, 32, 5, 3]), some = OpCase.Operand.weight([32, 1, 1])
        return OpCase(.binary(.add), isFirst ? [some, all] : [all, some])
      }),
    Family(
      "elements that a softmax takes",
      [5, 8].map { OpCase(.softmax(Softmax(axis: 1, largest: $0)), [.input([7, 127])]) }),
  ]

  @Test(arguments: families, [KernelFamily.cpu, .gpu])
  func numbersMakeNoPrograms(_ subject: Family, _ family: KernelFamily) throws {
    let device = try #require(try Device.all().first(where: \.isCPU))
    let executor = try OpenCLExecutor(device, family: family)
    let graphs = try subject.cases.map { try $0.graph() }
    let first = try executor.programCount(of: [graphs[0]])
    #expect(try executor.programCount(of: graphs) == first)
  }
}
