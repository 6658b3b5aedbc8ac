import ArgumentParser
import Restoration

/// What systems that go over an image several times hand over besides the result.
struct RoundOptions: ParsableArguments {
  @Flag(help: "Write the image after each step too, as NAME_step_N beside the output.")
  var keepSteps = SystemOptions().keepsSteps

  func apply(to options: inout SystemOptions) { options.keepsSteps = keepSteps }
}
