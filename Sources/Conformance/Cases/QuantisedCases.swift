import IR
import Tensors

/// Products and words whose weights are quantised, with what surrounds them in a language model.
enum QuantisedCases {
  static let all: [GraphCase] =
    BlockFormat.allCases.map { format in
      product([2, 512, 3, 1], to: 72, format)
    } + [
      product([1, 512, 75, 1], to: 200, .q4_K), product([3, 2816, 1, 1], to: 40, .q6_K),
      product([1, 96, 1, 1], to: 128, .q8_0), product([5, 512, 4, 1], to: 33, .q5_K),
      perceptron, words,
    ]

  /// A normalization, the product, and what it is added to.
  private static func product(
    _ shape: Shape, to columns: Int, _ format: BlockFormat
  ) -> GraphCase {
    GraphCase("product in \(format) \(shape) to \(columns)") { trace in
      let (x, w) = (trace.input("x", shape), trace.weights)
      let more = trace.input("more", shape.replacing(1, with: columns))
      let product = x.rmsNorm(w.norm, epsilon: 1e-5).linear(w.product, to: columns)
      return ["result": product + more]
    }.quantised(format)
  }

  private static let words = GraphCase(
    "words in q4_K", values: ["ids": .indices(below: 40)]
  ) { trace in
    let words = trace.input("ids", [2, 5])
      .embedded(trace.weights.words, vocabulary: 40, features: 256)
    return ["result": words.silu]
  }.quantised(.q4_K)

  /// Products of one operand, the second of which multiplies the first.
  private static let perceptron = GraphCase("perceptron in q4_K", [2, 256, 5, 1]) { x, w in
    let normed = x.rmsNorm(w.norm, epsilon: 1e-5)
    let gate = normed.linear(w.gate_proj, to: 512, bias: false).silu
    let up = normed.linear(w.up_proj, to: 512, bias: false)
    return x + (gate * up).linear(w.down_proj, to: 256, bias: false)
  }.quantised(.q4_K)
}
