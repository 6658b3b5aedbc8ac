import IR
import Tensors

/// An architecture that can write itself as one graph.
package protocol Network: Architecture {
  /// The shapes of the operands, by name, for a batch of images of one size.
  /// - Parameters:
  ///   - height: of the images, in pixels (of the latents, where the network works on latents).
  ///   - width: likewise.
  func operands(batch: Int, height: Int, width: Int) -> [String: Shape]

  /// Writes the network on `trace` for the given operands and returns its named results.
  func outputs(_ trace: Trace, _ operands: Operands) -> Results
}

extension Network {
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
}

/// A network that bare checkpoints are recognised as.
package typealias RecognizableNetwork = Network & RecognizableArchitecture

/// A network whose statistics over the whole image can be taken over windows instead.
package protocol LocallyConvertible: Network {
  /// nil: over the whole image.
  var localStatistics: LocalStatistics? { get set }
}

/// A network that estimates the noise in an image: operands `image`, NCHW, the degraded image
/// before the noisy one, both in [-1, 1], and `timestep` (N), each image's own; result `output`.
package protocol DenoisingNetwork: RecognizableNetwork {
  /// Steps of the sampler that it is meant for.
  var samplingSteps: Int { get }

  func callAsFunction(_ image: Tensor, time: Tensor, _ w: Weights) -> Tensor
}

extension DenoisingNetwork {
  /// The configuration's count in C2F-DFT's published files.
  package var samplingSteps: Int { 3 }

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
