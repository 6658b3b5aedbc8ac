import Conformance
import Tensors
import TestSupport
import Testing

@Suite struct CaseTests {
  /// Every executor agrees with the reference on every case, and no case is left out.
  @Test(arguments: ExecutorsUnderTest.all + ExecutorsUnderTest.gpuKernelsOnCPUs)
  func everyCase(on candidate: ExecutorUnderTest) {
    let report = CaseReport(candidate.cases, on: candidate)
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.executed == candidate.cases.count)
  }

  /// Every op and every kind of one runs on every executor.
  @Test func casesAreComplete() {
    let missing = Set(OpKind.allCases).subtracting(OpCases.all.compactMap { OpKind($0.op) })
    #expect(missing.isEmpty)
  }

  @Test func namesAreUnique() {
    let names = AllCases.all.map(\.name)
    let repeated = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(repeated.isEmpty)
    CaseLog.register(names)
  }

  /// An executor that errs by one part in a thousand in one element does not pass.
  @Test func aWrongExecutorFails() {
    let report = CaseReport(AllCases.all, on: ExecutorUnderTest(ErringExecutor(), .f32))
    #expect(report.executed == AllCases.all.count)
    #expect(report.failures.count == AllCases.all.count)
  }
}
