import IR
import OpenCL
import Testing

@testable import OpenCLExecutor

/// What is compiled for a picture serves batches of pictures on CPUs.
@Suite struct BatchProgramTests {
  /// Nothing tells of a batch of one whether maps that Up-Restorer makes of its weights, and the
  /// one number that multiplies what a ControlNet says, are every image's.
  private static let ambiguous = ["Up-Restorer", "ControlNet"]

  @Test(arguments: LaunchBudgetTests.subjects.filter { !ambiguous.contains($0.name) })
  func batchesMakeNoPrograms(_ subject: LaunchBudgetTests.Subject) throws {
    let device = try #require(try Device.all().first(where: \.isCPU))
    let executor = try OpenCLExecutor(device)
    let programs = try [1, 3].map { batch in
      let graph = try subject.network.graph(
        batch: batch, height: subject.side, width: subject.side)
      return Set(try executor.unweighted(FoldedGraph(graph).graph).sources)
    }
    for other in programs[1].subtracting(programs[0]) {
      Issue.record("\(other.file): \(other.definitions.joined(separator: "\n"))")
    }
  }
}
