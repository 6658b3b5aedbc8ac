import OpenCLExecutor
import Testing

@testable import LimpidCommand

/// What is told while kernels are compiled, here or in a worker.
@Suite struct BuildNoticeTests {
  @Test func itGoesWhenAllAreCompiled() {
    BuildNotice.begin()
    BuildAids.tell(3, of: 24)
    #expect(BuildNotice.text == "compiling kernels, 3 of 24, once per machine")
    BuildAids.tell(24, of: 24)
    #expect(BuildNotice.text == nil)
    BuildAids.shared.withLock { $0.report = nil }
  }
}
