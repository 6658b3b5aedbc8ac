import Conformance

/// Every case of a list on one executor, whatever becomes of the ones before.
package struct CaseReport: Sendable {
  package private(set) var executed = 0
  /// One line per case that failed or threw.
  package private(set) var failures: [String] = []

  package init(_ cases: [any ExecutorCase], on executor: ExecutorUnderTest) {
    for subject in cases {
      do {
        let result = try checkCase(subject, on: executor.candidate)
        CaseLog.record(subject.name, executor: executor.description)
        executed += 1
        if !result.passed { failures.append(result.description) }
      } catch {
        failures.append("\(subject.name) on \(executor): \(error)")
      }
    }
  }
}
