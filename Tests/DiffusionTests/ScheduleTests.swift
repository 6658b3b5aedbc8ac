import Checkpoints
import Diffusion
import Paths
import Tensors
import Testing

/// Schedules against the float32 arithmetic of PyTorch and NumPy: `tools/fixtures/schedules.py`
/// makes the tensors.
@Suite struct ScheduleTests {
  private static let linear = BetaSchedule.linear(from: 1e-4, to: 0.02)
  private static let scaled = BetaSchedule.scaledLinear(from: 0.00085, to: 0.012)
  private static let schedules: [(String, BetaSchedule)] = [
    ("linear", linear), ("scaled_linear", scaled), ("squaredcos_cap_v2", .squaredCosine),
  ]

  private func expected(_ name: String) throws -> [Float] {
    try SafetensorsFile(path: Path(fixture("schedules.safetensors").path)).tensor(named: name)
      .floats
  }

  @Test(arguments: schedules)
  func productsHavePyTorchsBits(_ name: String, _ betas: BetaSchedule) throws {
    #expect(NoiseSchedule(betas, count: 1000).alphaBars == (try expected(name)))
  }

  /// PyTorch takes square roots here with MKL, which does not round them correctly; a thousand
  /// factors carry that on.
  @Test func rescaledProductsAreClose() throws {
    let schedule = NoiseSchedule(Self.scaled, count: 1000, zeroTerminalSNR: true)
    #expect(schedule.alphaBars.last == 0)
    for (value, expected) in zip(schedule.alphaBars, try expected("zero_snr")) {
      #expect(abs(value - expected) <= 1e-6)
    }
  }

  /// Values of Stable Diffusion and C2F-DFT, computed in double precision.
  @Test func productsHaveTheKnownValues() {
    let stable = NoiseSchedule(Self.scaled, count: 1000)
    #expect(abs(stable.alphaBars[999] - 0.00466010) < 1e-8)
    #expect(abs(stable.sigmas[999] - 14.6146412) < 2e-5)
    #expect(abs(stable.sigmas[0] - 0.0291672) < 1e-6)
    #expect(abs(ImplicitSampler.defaultNoise.alphaBars[666] - 0.01098423) < 1e-8)
  }

  @Test(arguments: TimestepSpacing.allCases) func timestepsAreNumPys(_ spacing: TimestepSpacing)
    throws
  {
    let expected = try expected("timesteps/\(spacing.rawValue)").map { Int($0) }
    let solver = try self.expected("solver_timesteps/\(spacing.rawValue)").map { Int($0) }
    let counts = Array(1...50) + [61, 100, 103, 121, 201, 250, 998]
    #expect(counts.flatMap { spacing.timesteps($0, of: 1000, offset: 1) } == expected)
    #expect(
      counts.flatMap { spacing.solverTimesteps($0, below: 1000, of: 1000, offset: 1) } == solver)
  }

  @Test func aSigmaFindsItsTimestep() {
    let table = SigmaTable(NoiseSchedule(Self.scaled, count: 1000))
    for timestep in stride(from: 0.0, through: 999, by: 13.7) {
      let sigma = table.geometricSigma(at: timestep)
      #expect(abs(table.timestep(of: sigma) - timestep) < 1e-3)
    }
    #expect(table.timestep(of: 1e9) == 999)
    #expect(table.timestep(of: 0) == 0)
  }

  @Test func theImplicitSamplerEvaluatesFourTimes() throws {
    let program = try ImplicitSampler().program(steps: 3)
    #expect(program.steps.map(\.timestep) == [999, 666, 333, 0])
    #expect(program.initialScale == 1)
    #expect(!StepLayout(program).drawsNoise)
  }
}
