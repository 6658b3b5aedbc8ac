import ArgumentParser
import Restoration

/// How samplers around restoration networks go about their steps.
struct PatchOptions: ParsableArguments {
  @Option(help: "0 for the deterministic sampler, up to 1 for the most noise.")
  var eta = SystemOptions().eta

  @Option(help: "Estimate the noise on overlapping patches of this side, as WeatherDiffusion does.")
  var patch: Int?

  @Option(help: "Pixels between the beginnings of patches; a quarter of --patch when left out.")
  var stride: Int?

  @Flag(
    help: """
      Write the transmission that Up-Restorer sees in the image too, as NAME_transmission beside \
      the output.
      """)
  var keepTransmission = SystemOptions().writesTransmission

  func validate() throws {
    guard (0...1).contains(eta) else { throw ValidationError("--eta is 0 to 1") }
    if let patch, !(16...4096).contains(patch) {
      throw ValidationError("--patch is 16 to 4096")
    }
    if let stride {
      guard let patch else { throw ValidationError("--stride needs --patch") }
      guard (1...patch).contains(stride) else {
        throw ValidationError("--stride is 1 to --patch")
      }
    }
  }

  func apply(to options: inout SystemOptions) {
    options.eta = eta
    (options.patchSide, options.patchStride) = (patch, stride)
    options.writesTransmission = keepTransmission
  }
}
