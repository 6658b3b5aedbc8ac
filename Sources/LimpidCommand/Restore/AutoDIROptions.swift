import ArgumentParser
import Restoration

/// What AutoDIR is to do about an image; by itself it finds out.
struct AutoDIROptions: ParsableArguments {
  @Option(
    help: """
      Remove these, in this order, instead of what is found: noise, blur, rain, underexposure, \
      haze, low-resolution, raindrop; between commas.
      """,
    transform: Self.degradations)
  var degradations: [Degradation]?

  @Option(help: "At most so many steps of finding and removing.")
  var loopSteps = SystemOptions().mostRounds

  @Option(
    help: """
      Look for what is wrong in N x N crops of 224 pixels from edge to edge, which have the same \
      say, instead of in the middle alone.
      """)
  var assessmentCrops = SystemOptions().assessmentCrops

  @Option(
    help: """
      How much of the structure correction is added: a number, 'paper' (1; 0.1 after low \
      resolution) or 'code' (1; 0 after low resolution).
      """,
    transform: Self.structureWeight)
  var structureWeight = SystemOptions().structureWeight

  @Option(help: "Weight of the text against none; 1 for no guidance.")
  var cfgText = SystemOptions().textGuidance

  @Option(help: "Weight of the image against none; 1 for no guidance.")
  var cfgImage = SystemOptions().imageGuidance

  @Flag(help: "Cut results to the next lower 255th instead of rounding, as the official code does.")
  var truncate = SystemOptions().truncates

  @Option(
    defaultAsFlag: 768,
    help: """
      Enlarge images first whose shorter side has fewer pixels, by Lanczos' filter: --need-resize \
      N to N pixels, 768 otherwise as in the official code. See --upscale for a factor.
      """)
  var needResize: Int?

  @Flag(
    help: """
      Write what the diffusion makes in each step too, alone and with all of the structure \
      correction, as NAME_step_N_diffused and NAME_step_N_corrected.
      """)
  var keepBoth = SystemOptions().keepsBoth

  func validate() throws {
    if let needResize, !(64...4096).contains(needResize) {
      throw ValidationError("--need-resize is 64 to 4096")
    }
    guard (1...8).contains(assessmentCrops) else {
      throw ValidationError("--assessment-crops is 1 to 8")
    }
    guard (1...7).contains(loopSteps) else { throw ValidationError("--loop-steps is 1 to 7") }
    for (name, value) in [("--cfg-text", cfgText), ("--cfg-image", cfgImage)] {
      guard (0...100).contains(value) else { throw ValidationError("\(name) is 0 to 100") }
    }
  }

  func apply(to options: inout SystemOptions) {
    options.degradations = degradations
    (options.mostRounds, options.assessmentCrops) = (loopSteps, assessmentCrops)
    options.structureWeight = structureWeight
    (options.textGuidance, options.imageGuidance) = (cfgText, cfgImage)
    options.truncates = truncate
    (options.leastSide, options.keepsBoth) = (needResize, keepBoth)
  }

  private static func degradations(_ text: String) throws -> [Degradation] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      let spelled = name.split { " -_".contains($0) }.joined(separator: " ")
      guard let degradation = Degradation(rawValue: spelled), degradation != .nothing else {
        throw ValidationError("'\(name)' is no degradation that AutoDIR knows")
      }
      return degradation
    }
  }

  private static func structureWeight(_ text: String) throws -> StructureWeight {
    switch text {
    case "paper": return .paper
    case "code": return .code
    default:
      guard let weight = Double(text), (-10...10).contains(weight) else {
        throw ValidationError("--structure-weight is paper, code or a number of -10 to 10")
      }
      return .fixed(weight)
    }
  }
}
