import Diffusion
import Testing

@Suite struct StepLayoutTests {
  private func sampler(_ kind: SchedulerFile.Kind) throws -> any Sampler {
    try SchedulerFile(parsing: Array("{\"_class_name\": \"\(kind.rawValue)\"}".utf8)).sampler()
  }

  /// Programs of one sampler share a graph whatever their number of steps, once there are enough
  /// for every order.
  @Test(arguments: SchedulerFile.Kind.allCases)
  func doesNotDependOnTheNumberOfSteps(_ kind: SchedulerFile.Kind) throws {
    let layouts = try [20, 21, 50].map { StepLayout(try sampler(kind).program(steps: $0)) }
    #expect(Set(layouts).count == 1)
  }

  /// What is multiplied: nothing twice, nothing by a constant 1 or 0.
  @Test func uploadsFewScalars() throws {
    let counts = try SchedulerFile.Kind.allCases.map {
      StepLayout(try sampler($0).program(steps: 20)).scalarCount
    }
    // sample and output for each sum; see the samplers for their slots.
    #expect(counts.max()! <= 17)
    var ddim = try #require(try sampler(.ddim) as? DDIM)
    ddim.clampLimit = nil
    #expect(StepLayout(try ddim.program(steps: 20)).scalarCount == 2)
    // The slope has weight 1, the sample too: only input scale and step width change.
    let euler = StepLayout(try sampler(.euler).program(steps: 20))
    #expect(euler.scalarCount == 2)
  }

  @Test func tellsWhetherNoiseIsDrawn() throws {
    #expect(StepLayout(try sampler(.ddpm).program(steps: 20)).drawsNoise)
    #expect(!StepLayout(try sampler(.ddim).program(steps: 20)).drawsNoise)
    let steps = try sampler(.ddpm).program(steps: 20).steps
    #expect(steps.dropLast().allSatisfy(\.drawsNoise) && !steps.last!.drawsNoise)
  }
}
