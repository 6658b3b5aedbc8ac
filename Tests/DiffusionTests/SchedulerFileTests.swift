import Diffusion
import JSON
import Testing

@Suite struct SchedulerFileTests {
  private func sampler(_ fields: String, _ name: String = "DDIMScheduler") throws -> any Sampler {
    try SchedulerFile(parsing: Array("{\"_class_name\": \"\(name)\"\(fields)}".utf8)).sampler()
  }

  /// The file of Stable Diffusion 2.1-base, whose fields are partly those of other schedulers.
  @Test func readsStableDiffusion() throws {
    let fields = """
      , "_diffusers_version": "0.10.0.dev0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
      "beta_start": 0.00085, "clip_sample": false, "num_train_timesteps": 1000,
      "prediction_type": "epsilon", "set_alpha_to_one": false, "skip_prk_steps": true,
      "steps_offset": 1, "trained_betas": null
      """
    let pndm = try #require(try sampler(fields, "PNDMScheduler") as? PNDM)
    #expect(pndm.skipsRungeKutta && !pndm.endsClean)
    let program = try pndm.program(steps: 50)
    #expect(program.steps.map(\.timestep).prefix(4) == [981, 961, 961, 941])
    #expect(program.steps.count == 51)
    let file = try SchedulerFile(
      parsing: Array("{\"_class_name\": \"PNDMScheduler\"\(fields)}".utf8))
    let ddim = try #require(try file.sampler(.ddim) as? DDIM)
    #expect(ddim.clampLimit == nil && !ddim.endsClean)
    #expect(try ddim.program(steps: 100).steps.map(\.timestep).suffix(3) == [21, 11, 1])
  }

  private static let refused: [(String, String, SchedulerError)] = [
    ("", "DDIMSchedule", .unknownClass("DDIMSchedule")),
    (
      ", \"beta_schedule\": \"cubic\"", "DDIMScheduler",
      .unsupported("beta_schedule", value: "cubic")
    ),
    (
      ", \"prediction_type\": \"flow\"", "DDIMScheduler",
      .unsupported("prediction_type", value: "flow")
    ),
    (", \"prediction_type\": 3", "DDIMScheduler", .field("prediction_type", expected: "a string")),
    (", \"thresholding\": true", "DDPMScheduler", .unsupported("thresholding", value: "true")),
    (
      ", \"variance_type\": \"learned\"", "DDPMScheduler",
      .unsupported("variance_type", value: "learned")
    ),
    (", \"clip_sample\": 1", "DDIMScheduler", .field("clip_sample", expected: "true or false")),
    (
      ", \"num_train_timesteps\": 1", "DDIMScheduler",
      .field("num_train_timesteps", expected: "a whole number from 2 to 100000")
    ),
    (
      ", \"num_train_timesteps\": 1e3", "DDIMScheduler",
      .field("num_train_timesteps", expected: "a whole number from 2 to 100000")
    ),
    (
      ", \"num_train_timesteps\": 9223372036854775807", "DDIMScheduler",
      .field("num_train_timesteps", expected: "a whole number from 2 to 100000")
    ),
    (
      ", \"beta_end\": -Infinity", "DDIMScheduler",
      .field("beta_end", expected: "a number from 1e-12 to 0.999999")
    ),
    (
      ", \"trained_betas\": [0.5, 0.5]", "DDIMScheduler",
      .field("trained_betas", expected: "num_train_timesteps numbers below 1")
    ),
    (
      ", \"algorithm_type\": \"sde-dpmsolver++\"", "DPMSolverMultistepScheduler",
      .unsupported("algorithm_type", value: "sde-dpmsolver++")
    ),
    (
      ", \"solver_order\": 3", "DPMSolverMultistepScheduler",
      .field("solver_order", expected: "a whole number from 1 to 2")
    ),
    (
      ", \"use_beta_sigmas\": true", "UniPCMultistepScheduler",
      .unsupported("use_beta_sigmas", value: "true")
    ),
    (
      ", \"interpolation_type\": \"log_linear\"", "EulerDiscreteScheduler",
      .unsupported("interpolation_type", value: "log_linear")
    ),
    (
      ", \"a\": 1, \"a\": 1", "DDIMScheduler",
      .json(JSONFault(rule: .repeatedKey("a"), offset: 45))
    ),
  ]

  @Test(arguments: refused)
  func refuses(_ fields: String, _ name: String, _ error: SchedulerError) {
    #expect(throws: error) { try sampler(fields, name) }
    #expect(!error.description.contains("\n") && error.description.count < 200)
  }

  @Test func refusesFilesWithoutAScheduler() {
    #expect(throws: SchedulerError.notAnObject) { try SchedulerFile(parsing: Array("[]".utf8)) }
    #expect(throws: SchedulerError.missingClass) { try SchedulerFile(parsing: Array("{}".utf8)) }
    let large = [UInt8](repeating: 0x20, count: SchedulerFile.maximumBytes + 1)
    #expect(throws: SchedulerError.self) { try SchedulerFile(parsing: large) }
  }

  @Test(arguments: [0, -1, 1001, Int.max]) func refusesStepCounts(_ steps: Int) throws {
    for kind in SchedulerFile.Kind.allCases {
      let sampler = try sampler("", kind.rawValue)
      #expect(throws: SchedulerError.self) { try sampler.program(steps: steps) }
    }
    #expect(throws: SchedulerError.self) { try ImplicitSampler().program(steps: steps) }
  }

  /// Any number of steps, spacing and prediction gives finite programs or an error, never a trap.
  @Test(arguments: SchedulerFile.Kind.allCases) func survives(_ kind: SchedulerFile.Kind) throws {
    var programs = 0
    for spacing in TimestepSpacing.allCases {
      for offset in [0, 1, 900] {
        for count in [2, 3, 10, 1000] {
          for spread in ["\"a\": 0", "\"use_karras_sigmas\": true"] {
            let fields = """
              , "timestep_spacing": "\(spacing.rawValue)", "steps_offset": \(min(offset, count)),
              "num_train_timesteps": \(count), \(spread)
              """
            let sampler = try sampler(fields, kind.rawValue)
            for steps in [1, 2, 3, 5, 10, 999, 1000] {
              if let program = try? sampler.program(steps: steps) {
                programs += program.steps.count
              }
            }
          }
        }
      }
    }
    #expect(programs > 1000)
  }

  @Test func epsilonCannotStartFromZeroSignal() throws {
    let fields = ", \"rescale_betas_zero_snr\": true, \"timestep_spacing\": \"trailing\""
    #expect(throws: SchedulerError.degenerate(step: 0)) {
      try sampler(fields).program(steps: 20)
    }
  }
}
