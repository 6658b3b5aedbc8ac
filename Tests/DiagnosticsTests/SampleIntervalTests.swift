import Diagnostics
import Testing

@Suite struct SampleIntervalTests {
  /// The ranks that tables of the sign test's confidence intervals give at 95 %.
  @Test(arguments: [
    (5, 0), (6, 0), (8, 0), (9, 1), (11, 1), (12, 2), (15, 3), (20, 5), (50, 17), (100, 39),
  ])
  func ranksAreThoseOfTheSignTest(_ count: Int, _ skipped: Int) {
    let interval = SampleInterval((0..<count).shuffled().map(Double.init))
    #expect(interval.median == Double(count - 1) / 2)
    #expect(interval.low == Double(skipped) && interval.high == Double(count - 1 - skipped))
  }

  /// The interval holds the median of what is sampled about as often as it says.
  @Test func coverageIsWhatItSays() {
    var held = 0
    for trial in 0..<2000 {
      let samples = (0..<15).map { place -> Double in
        // Numbers in [0, 1) whose median is 1/2.
        let bits = (UInt64(trial * 15 + place) &+ 1) &* 0x9e37_79b9_7f4a_7c15
        let mixed = (bits ^ (bits >> 29)) &* 0xbf58_476d_1ce4_e5b9
        return Double(mixed >> 11) * 0x1p-53
      }
      let interval = SampleInterval(samples)
      held += interval.low <= 0.5 && interval.high >= 0.5 ? 1 : 0
    }
    #expect((1880...2000).contains(held), "\(held) of 2000")
  }
}
