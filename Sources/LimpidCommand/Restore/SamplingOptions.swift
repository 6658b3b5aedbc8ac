import ArgumentParser
import Diffusion
import Restoration

/// How noise becomes an image, for models that sample.
struct SamplingOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("num-inference-steps")],
    help: """
      Steps of the sampler; when left out 3 (the network runs 4 times), AutoDIR 100, of a painted \
      reference 30 (LMDIR) or 100 (TextualDegRemoval).
      """)
  var steps: Int?

  @Option(
    name: [.long, .customLong("cfg-scale")],
    help: "Weight of a text against none, or of what a reference is to show; there 5 if left out.")
  var guidanceScale: Double?

  @Option(help: "0 for the deterministic sampler, up to 1 for the most noise.")
  var eta = SystemOptions().eta

  @Option(help: "Stream of the noise: philox, or cpu or cuda for the values of torch.randn there.")
  var rng = SystemOptions().random

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: """
      Where the noise begins, for each image together with its path, so that neither order nor \
      batches matter. A negative seed stands for one that is chosen at random and told.
      """)
  var seed = Int(SystemOptions().seed)

  @Option(help: "Estimate the noise on overlapping patches of this side, as WeatherDiffusion does.")
  var patch: Int?

  @Option(help: "Pixels between the beginnings of patches; a quarter of --patch when left out.")
  var stride: Int?

  func validate() throws {
    if let steps, !(1...1000).contains(steps) { throw ValidationError("--steps is 1 to 1000") }
    if let guidanceScale, !(0...100).contains(guidanceScale) {
      throw ValidationError("--guidance-scale is 0 to 100")
    }
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

  /// A negative seed becomes another one each time.
  func apply(to options: inout SystemOptions) {
    options.steps = steps
    options.guidanceScale = guidanceScale
    options.eta = eta
    options.random = rng
    options.seed = seed < 0 ? UInt64.random(in: 0..<1 << 63) : UInt64(seed)
    (options.patchSide, options.patchStride) = (patch, stride)
  }
}
