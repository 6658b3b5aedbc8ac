import IR
import Tensors

extension Tensor {
  /// Linear, LayerNorm and LeakyReLU `layers` times, and a last linear layer: `w[0]`, `w[1]`,
  /// `w[3]`, `w[4]`, ...
  func perceptron(_ w: Weights, hidden: Int, layers: Int, to out: Int) -> Tensor {
    (0..<layers).reduce(self) { x, layer in
      x.linear(w[3 * layer], to: hidden).layerNorm(w[3 * layer + 1], epsilon: 1e-5).leakyRelu
    }.linear(w[3 * layers], to: out)
  }

  /// x where it is positive, x / 100 elsewhere.
  private var leakyRelu: Tensor { relu - (self * -1).relu * 0.01 }

  /// Tokens (N, C, 1, 1) below each other: (N, C, count, 1).
  static func column(_ tokens: [Tensor]) -> Tensor {
    tokens[0].apply(.concatenation(Concatenation(axis: 2)), Array(tokens.dropFirst()))
  }
}

extension CheckpointReader {
  /// How many perceptrons `stem0`, `stem1`, ... there are, their hidden layers and their results'
  /// features.
  mutating func perceptrons(
    _ stem: String
  ) throws(Refusal) -> (count: Int, hiddenLayers: Int, width: Int) {
    var count = 0
    while count < 1000, checkpoint["\(stem)\(count).0.weight"] != nil { count += 1 }
    guard count > 0 else { throw refusal("\(stem)0.0.weight", "is missing") }
    let (layers, width) = try perceptron("\(stem)0.")
    return (count, layers, width)
  }

  /// The hidden layers of the perceptron whose parameters' names begin with `stem`, and its
  /// result's features.
  mutating func perceptron(
    _ stem: String
  ) throws(Refusal) -> (hiddenLayers: Int, width: Int) {
    var layers = 0
    while layers < 100, checkpoint["\(stem)\(3 * layers + 1).weight"] != nil { layers += 1 }
    let width = try extent(0, of: "\(stem)\(3 * layers).weight", rank: 2, as: "output_dim")
    return (layers, width)
  }
}
