import Language
import Testing

@Suite struct TokenSamplingTests {
  private static let logits: [Float] = [0, 2, 1, -3, 2]

  @Test func greedyTakesTheFirstOfTheLikeliest() {
    #expect(TokenSampling.greedy.token(of: Self.logits, seed: 1, step: 0) == 1)
  }

  /// Tokens come as often as the softmax says, within four deviations of 20,000 draws.
  @Test func tokensComeAsOftenAsTheyShould() {
    let sampling = TokenSampling(temperature: 0.5)
    let count = 20_000
    var counts = [Double](repeating: 0, count: 5)
    for step in 0..<count {
      counts[Int(sampling.token(of: Self.logits, seed: 7, step: step))] += 1
    }
    let weights = [1, 54.598150, 7.389056, 0.002479, 54.598150]
    let total = weights.reduce(0, +)
    for (found, weight) in zip(counts, weights) {
      let share = weight / total
      let deviation = (Double(count) * share * (1 - share)).squareRoot()
      #expect(abs(found - Double(count) * share) <= 4 * deviation + 1)
    }
  }

  /// Two tokens have 0.93 together.
  @Test func topPLeavesTheLikeliest() {
    let sampling = TokenSampling(temperature: 0.5, topP: 0.9)
    let tokens = Set((0..<1000).map { sampling.token(of: Self.logits, seed: 3, step: $0) })
    #expect(tokens == [1, 4])
  }

  @Test func aTextDependsOnItsSeedAndStep() {
    let sampling = TokenSampling(temperature: 2)
    let text = { seed in (0..<50).map { sampling.token(of: Self.logits, seed: seed, step: $0) } }
    #expect(text(1) == text(1))
    #expect(text(1) != text(2))
  }
}
