import Conformance
import Testing

@Suite struct SeededStreamTests {
  /// The published SplitMix64 sequence of seed 1234567.
  @Test func isSplitMix() {
    let stream = SeededStream(seed: 1_234_567)
    #expect(
      (0..<3).map(stream.bits) == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test func momentsFit() {
    let stream = SeededStream(named: "moments")
    let normals = (0..<20_000).map(stream.normal)
    let mean = normals.reduce(0, +) / 20_000
    let variance = normals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.04)
    let uniforms = (0..<20_000).map(stream.uniform)
    #expect(uniforms.allSatisfy { (0..<1).contains($0) })
    #expect(abs(uniforms.reduce(0, +) / 20_000 - 0.5) < 0.01)
  }
}
