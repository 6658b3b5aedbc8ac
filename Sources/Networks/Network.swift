import IR
import Tensors

/// A network of one configuration: a value that can write itself as a graph.
package protocol Network: Sendable {
  /// The architecture's name as its paper, or the library that it is known from, spells it.
  static var name: String { get }

  /// What the configuration chose, under the names of the official code.
  var hyperparameters: [Hyperparameter] { get }

  /// The network with a choice made that no checkpoint tells; nil when it has no such choice, or
  /// none of this value.
  func choosing(_ choice: Hyperparameter) -> Self?

  /// Channels of the image operand.
  var inputChannels: Int { get }
  /// Channels of the result.
  var outputChannels: Int { get }

  /// Rows and columns of the result for one of the image: 1 where nothing is enlarged.
  var scale: Int { get }

  /// The side that heights and widths are padded to a multiple of, inside the network, in pixels.
  var sizeMultiple: Int { get }

  /// Whether some operator reads the whole image, so that tiles do not give the same pixels.
  var hasGlobalOperators: Bool { get }

  /// The shapes of the operands, by name, for a batch of images of one size.
  /// - Parameters:
  ///   - height: of the images, in pixels (of the latents, where the network works on latents).
  ///   - width: likewise.
  func operands(batch: Int, height: Int, width: Int) -> [String: Shape]

  /// Writes the network on `trace` for the given operands and returns its named results.
  func outputs(_ trace: Trace, _ operands: Operands) -> Results

  /// The parameters; they do not depend on batch and size.
  var manifest: Manifest { get throws(Fault) }

  /// Whether files may hold this tensor although the network has no such parameter.
  static func isBuffer(_ name: String) -> Bool
}

extension Network {
  package var scale: Int { 1 }

  package func choosing(_ choice: Hyperparameter) -> Self? { nil }

  /// The network as a graph for operands of one size.
  package func graph(batch: Int = 1, height: Int, width: Int) throws(Fault) -> Graph {
    try graph(operands(batch: batch, height: height, width: width))
  }

  /// The network as a graph for operands of these shapes.
  package func graph(_ shapes: [String: Shape]) throws(Fault) -> Graph {
    try Trace.graph { outputs($0, Operands(trace: $0, shapes: shapes)) }
  }

  /// Those of the graph.
  package var manifest: Manifest {
    get throws(Fault) { try graph(height: sizeMultiple, width: sizeMultiple).manifest }
  }

  package static func isBuffer(_ name: String) -> Bool { false }
}

/// A network whose configuration the names and shapes of a bare checkpoint tell.
package protocol RecognizableNetwork: Network {
  /// Infers the configuration from the names and shapes of a checkpoint.
  /// - Throws: the key that disagrees, and how.
  init(recognizing checkpoint: inout CheckpointReader) throws(Refusal)

  /// How such a checkpoint names the parameters, behind what all names begin with.
  var bareDialect: KeyDialect { get }

  /// What the names of all parameters begin with in the official code, where the network's own
  /// names leave it out, dot included; empty where there is no such thing.
  static var container: String { get }

  /// Networks of the architecture that together have all kinds of modules that it can have.
  static var specimens: [Self] { get }
}

extension RecognizableNetwork {
  package var bareDialect: KeyDialect { .own }
  package static var container: String { "" }
}

/// A network whose statistics over the whole image can be taken over windows instead.
package protocol LocallyConvertible: Network {
  /// nil: over the whole image.
  var localStatistics: LocalStatistics? { get set }
}

/// A network that estimates the noise in an image: operands `image`, NCHW, the degraded image
/// before the noisy one, both in [-1, 1], and `timestep` (N), each image's own; result `output`.
package protocol DenoisingNetwork: RecognizableNetwork {
  func callAsFunction(_ image: Tensor, time: Tensor, _ w: Weights) -> Tensor
}

extension DenoisingNetwork {
  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    ["image": [batch, inputChannels, height, width], "timestep": [batch]]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let image = operands("image", rank: 4)
    let time = operands("timestep", rank: 1)
    return ["output": self(image, time: time, trace.weights)]
  }
}

/// A network from one image to one image with ``Network/scale`` times its rows and columns: operand
/// `image`, NCHW, result `output`.
package protocol ImageNetwork: RecognizableNetwork {
  func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor
}

extension ImageNetwork {
  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    ["image": [batch, inputChannels, height, width]]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    ["output": self(operands("image", rank: 4), trace.weights)]
  }
}
