import ArgumentParser
import Networks
import Restoration

/// How statistics over the whole image are taken.
struct StatisticsOptions: ParsableArguments {
  @Option(
    defaultAsFlag: LocalStatistics().trainingSize,
    help: """
      The test-time local converter, which takes statistics over windows. --tlc N for networks \
      that were trained on crops of N pixels; 256 otherwise.
      """)
  var tlc: Int?

  @Option(help: "Side of those windows in pixels; 1.5 of the crops' when left out.")
  var tlcWindow: Int?

  func validate() throws {
    guard tlcWindow == nil || tlc != nil else { throw ValidationError("--tlc-window needs --tlc") }
    for (name, value) in [("--tlc", tlc), ("--tlc-window", tlcWindow)] {
      if let value, !(8...65_536).contains(value) {
        throw ValidationError("\(name) is 8 to 65536 pixels")
      }
    }
  }

  func apply(to options: inout SystemOptions) {
    (options.trainingSize, options.windowSize) = (tlc, tlcWindow)
  }
}
