import ArgumentParser
import Pictures
import Restoration

/// What MRIR is to make of an image besides following its text.
struct MRIROptions: ParsableArguments {
  @Option(help: "Follows the text of every image, such as 'clean, high-resolution, 8k'.")
  var qualityPrompt = SystemOptions().qualityPrompt

  @Option(help: "What results shall not be like.")
  var negativePrompt = SystemOptions().negativePrompt

  @Option(help: "Weight of the image's pixels, which a ControlNet tells.")
  var controlnetConditioningScale = SystemOptions().controlScale

  @Flag(inversion: .prefixedNo, help: "Tell what CLIP sees in the image.")
  var imageContext = SystemOptions().seesImage

  @Option(
    help: """
      Pixels that the shorter side has while an image is processed, at least; 0 for as many as the \
      result has.
      """)
  var processSize = SystemOptions().processSide

  @Option(help: "What sampling begins with: the image under noise, or noise alone.")
  var start = SystemOptions().start

  func validate() throws {
    guard (0...4096).contains(processSize) else {
      throw ValidationError("--process-size is 0 to 4096")
    }
    guard (0...10).contains(controlnetConditioningScale) else {
      throw ValidationError("--controlnet-conditioning-scale is 0 to 10")
    }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    options.qualityPrompt = try ImageTexts.line(qualityPrompt)
    options.negativePrompt = try ImageTexts.line(negativePrompt)
    options.processSide = processSize
    options.controlScale = controlnetConditioningScale
    options.seesImage = imageContext
    options.start = start
  }
}

extension SamplingStart: ExpressibleByArgument {}
