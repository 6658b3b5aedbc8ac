import JSON

/// A `scheduler_config.json` of diffusers: the schedulers that it can name, with the defaults that
/// diffusers gives absent fields. Fields of other schedulers are passed over.
package struct SchedulerFile: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case ddpm = "DDPMScheduler"
    case ddim = "DDIMScheduler"
    case euler = "EulerDiscreteScheduler"
    case eulerAncestral = "EulerAncestralDiscreteScheduler"
    case heun = "HeunDiscreteScheduler"
    case lms = "LMSDiscreteScheduler"
    case pndm = "PNDMScheduler"
    case dpmSolver = "DPMSolverMultistepScheduler"
    case uniPC = "UniPCMultistepScheduler"

    /// What a person types for it.
    package var shortName: String {
      switch self {
      case .ddpm: "ddpm"
      case .ddim: "ddim"
      case .euler: "euler"
      case .eulerAncestral: "euler_a"
      case .heun: "heun"
      case .lms: "lms"
      case .pndm: "pndm"
      case .dpmSolver: "dpm++2m"
      case .uniPC: "unipc"
      }
    }

    /// The scheduler of this short name, or of this name of a class of diffusers.
    package init?(named name: String) {
      guard let kind = Self.allCases.first(where: { [$0.shortName, $0.rawValue].contains(name) })
      else { return nil }
      self = kind
    }
  }

  /// Larger files are refused.
  package static let maximumBytes = 1 << 20
  static let maximumTrainingSteps = 100_000

  /// What the file names.
  package let kind: Kind
  let fields: ConfigurationFields

  package init(parsing bytes: [UInt8]) throws(SchedulerError) {
    guard bytes.count <= Self.maximumBytes else {
      throw .field("the file", expected: "no larger than \(Self.maximumBytes) bytes")
    }
    let value: JSONValue
    do throws(JSONFault) { value = try JSONValue(parsing: bytes) } catch { throw .json(error) }
    guard case .object(let members) = value else { throw .notAnObject }
    fields = ConfigurationFields(members)
    guard let name = try fields.string("_class_name") else { throw .missingClass }
    guard let kind = Kind(rawValue: name) else { throw .unknownClass(name) }
    self.kind = kind
  }

  /// What networks of the file's schedule predict.
  package func prediction() throws(SchedulerError) -> Prediction {
    try fields.choice("prediction_type", default: .epsilon)
  }

  /// The sampler that the file describes.
  /// - Parameter kind: another than the file names, as `from_config` of that class would make it.
  package func sampler(_ kind: Kind? = nil) throws(SchedulerError) -> any Sampler {
    switch kind ?? self.kind {
    case .ddpm: try ddpm()
    case .ddim: try ddim()
    case .euler: try euler()
    case .eulerAncestral: EulerAncestral(try sigmaSchedule(.linspace))
    case .heun: try heun()
    case .lms: LMS(try sigmaSchedule(.linspace))
    case .pndm: try pndm()
    case .dpmSolver: try dpmSolver()
    case .uniPC: try uniPC()
    }
  }
}

// MARK: - The training schedule

extension SchedulerFile {
  /// The training schedule that the file describes.
  package func noiseSchedule() throws(SchedulerError) -> NoiseSchedule {
    try noiseSchedule(firstBeta: 0.0001, lastBeta: 0.02)
  }

  private func noiseSchedule(
    firstBeta: Double, lastBeta: Double
  ) throws(SchedulerError) -> NoiseSchedule {
    let count = try fields.whole(
      "num_train_timesteps", default: 1000, in: 2...Self.maximumTrainingSteps)
    let range = 1e-12...0.999999
    let first = try fields.number("beta_start", default: firstBeta, in: range)
    let last = try fields.number("beta_end", default: lastBeta, in: range)
    return NoiseSchedule(
      try betas(count, from: first, to: last), count: count,
      zeroTerminalSNR: try fields.flag("rescale_betas_zero_snr", default: false))
  }

  private func betas(
    _ count: Int, from first: Double, to last: Double
  ) throws(SchedulerError) -> BetaSchedule {
    if let betas = try fields.numbers("trained_betas", limit: Self.maximumTrainingSteps) {
      guard betas.count == count, betas.allSatisfy({ (0...0.999999).contains($0) }) else {
        throw .field("trained_betas", expected: "num_train_timesteps numbers below 1")
      }
      return .trained(betas.map { Float($0) })
    }
    switch try fields.string("beta_schedule") ?? "linear" {
    case "linear": return .linear(from: first, to: last)
    case "scaled_linear": return .scaledLinear(from: first, to: last)
    case "squaredcos_cap_v2": return .squaredCosine
    case let name: throw .unsupported("beta_schedule", value: name)
    }
  }

  private func schedule(
    _ noise: NoiseSchedule, _ spacing: TimestepSpacing
  ) throws(SchedulerError) -> Schedule {
    try fields.requireOff(["thresholding", "use_beta_sigmas", "use_lu_lambdas", "use_flow_sigmas"])
    var schedule = Schedule(noise: noise)
    schedule.prediction = try fields.choice("prediction_type", default: .epsilon)
    schedule.spacing = try fields.choice("timestep_spacing", default: spacing)
    schedule.offset = try fields.whole("steps_offset", default: 0, in: 0...noise.count)
    return schedule
  }

  /// The schedule of a sampler over noise ratios, which must all be finite.
  private func sigmaSchedule(
    _ spacing: TimestepSpacing, firstBeta: Double = 0.0001, lastBeta: Double = 0.02
  ) throws(SchedulerError) -> Schedule {
    let noise = try noiseSchedule(firstBeta: firstBeta, lastBeta: lastBeta)
    let isRescaled = try fields.flag("rescale_betas_zero_snr", default: false)
    var schedule = try schedule(isRescaled ? noise.withFiniteRatios : noise, spacing)
    let isKarras = try fields.flag("use_karras_sigmas", default: false)
    let isExponential = try fields.flag("use_exponential_sigmas", default: false)
    guard !(isKarras && isExponential) else {
      throw .field("use_exponential_sigmas", expected: "false beside use_karras_sigmas")
    }
    schedule.sigmaSpacing = isKarras ? .karras : isExponential ? .exponential : .timesteps
    for name in ["sigma_min", "sigma_max"] where fields[name] != nil {
      throw .unsupported(name, value: "a number")
    }
    switch try fields.string("final_sigmas_type") ?? "zero" {
    case "zero": break
    case "sigma_min": schedule.endsAtSmallestSigma = true
    case let name: throw .unsupported("final_sigmas_type", value: name)
    }
    return schedule
  }

  private func clampLimit(default clamps: Bool) throws(SchedulerError) -> Double? {
    guard try fields.flag("clip_sample", default: clamps) else { return nil }
    return try fields.number("clip_sample_range", default: 1, in: 1e-6...1e6)
  }
}

// MARK: - The samplers

extension SchedulerFile {
  private func ddpm() throws(SchedulerError) -> DDPM {
    var sampler = DDPM(try schedule(noiseSchedule(), .leading))
    sampler.variance = try fields.choice("variance_type", default: .fixedSmall)
    sampler.clampLimit = try clampLimit(default: true)
    return sampler
  }

  private func ddim() throws(SchedulerError) -> DDIM {
    var sampler = DDIM(try schedule(noiseSchedule(), .leading))
    sampler.clampLimit = try clampLimit(default: true)
    sampler.endsClean = try fields.flag("set_alpha_to_one", default: true)
    return sampler
  }

  private func euler() throws(SchedulerError) -> Euler {
    for (name, usual) in [("interpolation_type", "linear"), ("timestep_type", "discrete")] {
      if let value = try fields.string(name), value != usual {
        throw .unsupported(name, value: value)
      }
    }
    return Euler(try sigmaSchedule(.linspace))
  }

  private func heun() throws(SchedulerError) -> Heun {
    var sampler = Heun(try sigmaSchedule(.linspace, firstBeta: 0.00085, lastBeta: 0.012))
    sampler.clampLimit = try clampLimit(default: false)
    return sampler
  }

  private func pndm() throws(SchedulerError) -> PNDM {
    var sampler = PNDM(try schedule(noiseSchedule(), .leading))
    sampler.skipsRungeKutta = try fields.flag("skip_prk_steps", default: false)
    sampler.endsClean = try fields.flag("set_alpha_to_one", default: false)
    return sampler
  }

  private func dpmSolver() throws(SchedulerError) -> DPMSolver {
    var sampler = DPMSolver(try sigmaSchedule(.linspace))
    for (name, usual) in [("algorithm_type", "dpmsolver++"), ("variance_type", "")] {
      if let value = try fields.string(name), value != usual {
        throw .unsupported(name, value: value)
      }
    }
    sampler.order = try fields.whole("solver_order", default: 2, in: 1...2)
    sampler.kind = try fields.choice("solver_type", default: .midpoint)
    sampler.lowersFinalOrder = try fields.flag("lower_order_final", default: true)
    sampler.endsWithEuler = try fields.flag("euler_at_final", default: false)
    sampler.smallestLogRatio = try fields.number(
      "lambda_min_clipped", default: -.infinity, in: -Double.infinity...100)
    sampler.roundsTimesteps = try fields.string("beta_schedule") != "squaredcos_cap_v2"
    return sampler
  }

  private func uniPC() throws(SchedulerError) -> UniPC {
    var sampler = UniPC(try sigmaSchedule(.linspace))
    guard try fields.flag("predict_x0", default: true) else {
      throw .unsupported("predict_x0", value: "false")
    }
    sampler.order = try fields.whole("solver_order", default: 2, in: 1...3)
    sampler.kind = try fields.choice("solver_type", default: .bh2)
    sampler.lowersFinalOrder = try fields.flag("lower_order_final", default: true)
    if case .array(let steps)? = fields["disable_corrector"], steps.count <= 10_000 {
      sampler.uncorrected = Set(
        steps.compactMap { if case .whole(let step) = $0 { step } else { nil } })
    }
    return sampler
  }
}
