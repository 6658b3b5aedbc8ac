import ArgumentParser
import Diffusion
import Restoration

/// How noise becomes an image, for models that sample.
struct SamplingOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("num-inference-steps")],
    help: """
      Steps of the sampler; when left out what the network is meant for, usually 3 (which runs \
      it 4 times), AutoDIR 100, MRIR 50, of a painted reference 30 (LMDIR) or 100 \
      (TextualDegRemoval).
      """)
  var steps: Int?

  @Option(
    name: [.long, .customLong("cfg-scale")],
    help: "Weight of a text against none, or of what a reference is to show; there 5 if left out.")
  var guidanceScale: Double?

  @Option(help: "Stream of the noise: philox, or cpu or cuda for the values of torch.randn there.")
  var rng = SystemOptions().random

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: """
      Where the noise begins, up to 2^64 - 1. A negative seed stands for one that is chosen at \
      random and told.
      """)
  var seed = Seed.given(SystemOptions().seed)

  @Option(
    help: """
      path: each image's noise begins by the seed and its path, so that neither order nor batches \
      matter; fixed: at the seed itself, as the official programs do.
      """)
  var seedMode = SystemOptions().seedMode

  /// Where noise begins.
  enum Seed: ExpressibleByArgument, CustomStringConvertible {
    case given(UInt64)
    /// Elsewhere each time.
    case drawn

    init?(argument: String) {
      if let seed = UInt64(argument) {
        self = .given(seed)
      } else if let number = Int(argument), number < 0 {
        self = .drawn
      } else {
        return nil
      }
    }

    var description: String {
      switch self {
      case .given(let seed): "\(seed)"
      case .drawn: "-1"
      }
    }

    fileprivate var value: UInt64 {
      switch self {
      case .given(let seed): seed
      case .drawn: UInt64.random(in: 0..<1 << 63)
      }
    }
  }

  func validate() throws {
    if let steps, !(1...1000).contains(steps) { throw ValidationError("--steps is 1 to 1000") }
    if let guidanceScale, !(0...100).contains(guidanceScale) {
      throw ValidationError("--guidance-scale is 0 to 100")
    }
  }

  func apply(to options: inout SystemOptions) {
    options.steps = steps
    options.guidanceScale = guidanceScale
    options.random = rng
    (options.seed, options.seedMode) = (seed.value, seedMode)
  }
}

extension SeedMode: ExpressibleByArgument {}
