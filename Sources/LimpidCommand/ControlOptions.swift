import ArgumentParser
import Generation
import Paths
import Pictures

/// What a pipeline's ControlNet is shown, and how much it counts.
struct ControlOptions: ParsableArguments {
  @Option(help: "What the ControlNet sees: an image of the size of the picture.")
  var controlImage: Path?

  @Option(help: "Weight of the ControlNet.")
  var controlnetConditioningScale = 1.0

  @Option(help: "Part of the steps, 0 to 1, from which on the ControlNet counts.")
  var controlGuidanceStart = 0.0

  @Option(help: "Part of the steps, 0 to 1, up to which the ControlNet counts.")
  var controlGuidanceEnd = 1.0

  func validate() throws {
    guard controlnetConditioningScale.isFinite else {
      throw ValidationError("--controlnet-conditioning-scale is a number")
    }
    guard (0...1).contains(controlGuidanceEnd),
      (0...controlGuidanceEnd).contains(controlGuidanceStart)
    else {
      throw ValidationError("--control-guidance-start and -end are 0 to 1, in this order")
    }
  }

  var weight: DenoisingLoop.ControlWeight {
    var weight = DenoisingLoop.ControlWeight()
    weight.scale = controlnetConditioningScale
    weight.range = controlGuidanceStart...controlGuidanceEnd
    return weight
  }

  /// The control image, its transparency dropped.
  func picture() throws(LimpidError) -> Picture? {
    try controlImage.map { path throws(LimpidError) in try Picture(contentsOf: path) }
  }
}
