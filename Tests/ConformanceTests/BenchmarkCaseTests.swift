import Conformance
import Testing

@Suite struct BenchmarkCaseTests {
  /// Results of other runs are found by name, height and width.
  @Test func namesAreUnique() {
    let keys = BenchmarkCases.all.map { "\($0.name) \($0.height)x\($0.width)" }
    #expect(Set(keys).count == keys.count)
  }

  @Test(arguments: BenchmarkCases.all.indices)
  func everySizeIsAGraph(_ index: Int) throws {
    let benchmark = BenchmarkCases.all[index]
    let graph = try benchmark.subject(batch: 3, size: (16, 24)).graph()
    #expect(graph.inputs.allSatisfy { $0.shape[0] == 3 })
    #expect(try benchmark.subject().graph().outputs.count == 1)
  }
}
