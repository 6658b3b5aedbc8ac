import Conformance
import IR
import Tensors
import Testing

@Suite struct FuzzerTests {
  @Test func theSeedDecidesTheGraph() throws {
    let (a, b) = (try GraphFuzzer.graph(seed: 7), try GraphFuzzer.graph(seed: 7))
    #expect(a.nodes.map(\.op) == b.nodes.map(\.op))
    #expect(a.nodes.map(\.shape) == b.nodes.map(\.shape))
    #expect(a.nodes.map(\.operands) == b.nodes.map(\.operands))
    #expect(try GraphFuzzer.graph(seed: 8).nodes.map(\.op) != a.nodes.map(\.op))
  }

  @Test func everyOpIsReached() throws {
    var names: Set<String> = []
    for seed in 1...150 { names.formUnion(try GraphFuzzer.graph(seed: seed).nodes.map(\.op.name)) }
    #expect(
      names == [
        "input", "weight", "convolution", "matmul", "normalization", "softmax", "mean", "relu",
        "sigmoid", "silu", "gelu", "exp", "sqrt", "affine", "add", "subtract", "multiply",
        "divide", "reshape", "transpose", "slice", "concatenation", "padding", "pixelShuffle",
        "pixelUnshuffle", "resize",
      ])
  }
}
