import Foundation
import Testing

@testable import Limpid

@Suite struct WorkExecutorTests {
  /// More work that waits for each other than the cooperative pool has threads.
  @Test func workKeepsNoThreadOfThePool() async throws {
    let count = 4 * ProcessInfo.processInfo.activeProcessorCount
    let arrived = DispatchGroup()
    for _ in 0..<count { arrived.enter() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask {
          try await WorkExecutor().run {
            arrived.leave()
            arrived.wait()
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func workOfOneObjectIsOnOneThread() async throws {
    let executor = WorkExecutor()
    let first = try await executor.run { pthread_self() }
    #expect(try await executor.run { pthread_self() } == first)
  }

  @Test func errorsOfTheLayersBelowHaveTheirKind() async {
    await #expect(throws: LimpidError(.temporary, "gone")) {
      try await WorkExecutor().run { throw LimpidError(.temporary, "gone") }
    }
  }
}
