import Conformance
import IR
import ReferenceExecutor
import Tensors
import Testing

@testable import Networks

@Suite struct WindowedAttentionTests {
  /// A window that holds the whole map changes nothing: with a query of its own, and with attention
  /// to the most similar channels, too.
  @Test(arguments: [false, true], [false, true])
  func oneWindowIsTheWholeMap(hasQuery: Bool, isSparse: Bool) throws {
    let subject = GraphCase("windowed attention") { trace in
      let (qkv, w) = (trace.input("qkv", [2, 36, 5, 7]), trace.weights)
      let attention = TransposedAttention(
        heads: 3, query: hasQuery ? w.query(3, 4, 1) : nil,
        shares: isSparse ? (1...4).map { w["attn\($0)"](1) } : [])
      let temperature = w.temperature(3, 1, 1)
      return [
        "whole": attention(qkv, temperature: temperature),
        "window": attention(qkv, temperature: temperature, window: 7),
      ]
    }
    let graph = try subject.graph()
    let results = try ReferenceExecutor().prepare(graph, weights: subject.weights(for: graph))
      .run(subject.operands(for: graph))
    let comparison = Comparison(results["window"]!, with: results["whole"]!)
    #expect(comparison.passes(.composition(.f32)), "\(comparison)")
  }
}
