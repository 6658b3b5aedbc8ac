import ArgumentParser
import Pictures
import Restoration

/// What MRIR is to make of an image besides following its text.
struct MRIROptions: ParsableArguments {
  @Option(help: "Sides of the result in sides of the image, 1 to 8.")
  var upscale = SystemOptions().upscale

  @Option(help: "Follows the text of every image, such as 'clean, high-resolution, 8k'.")
  var qualityPrompt = SystemOptions().qualityPrompt

  @Option(help: "What results shall not be like.")
  var negativePrompt = SystemOptions().negativePrompt

  @Option(help: "Weight of the image's pixels, which a ControlNet tells.")
  var controlnetConditioningScale = SystemOptions().controlScale

  @Flag(inversion: .prefixedNo, help: "Tell what CLIP sees in the image.")
  var imageContext = SystemOptions().seesImage

  @Option(help: "What sampling begins with: the image under noise, or noise alone.")
  var start = SystemOptions().start

  @Option(help: "How colours are brought back to the image's: wavelet, adain or none.")
  var colorFix = SystemOptions().colourFix

  func validate() throws {
    guard (1...8).contains(upscale) else { throw ValidationError("--upscale is 1 to 8") }
    guard (0...10).contains(controlnetConditioningScale) else {
      throw ValidationError("--controlnet-conditioning-scale is 0 to 10")
    }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    options.upscale = upscale
    options.qualityPrompt = try ImageTexts.line(qualityPrompt)
    options.negativePrompt = try ImageTexts.line(negativePrompt)
    options.controlScale = controlnetConditioningScale
    options.seesImage = imageContext
    (options.start, options.colourFix) = (start, colorFix)
  }
}

extension SamplingStart: ExpressibleByArgument {}
extension ColourFix: ExpressibleByArgument {}
