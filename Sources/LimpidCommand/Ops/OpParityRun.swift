import Conformance
import Diagnostics
import Images
import Paths
import Pictures

/// Every case of a campaign in every comparison, one after the other.
struct OpParityRun {
  private let comparisons: [OpComparison]
  private let campaign: OpCampaign

  init(_ comparisons: [OpComparison], _ campaign: OpCampaign) {
    (self.comparisons, self.campaign) = (comparisons, campaign)
  }

  /// - Parameter junit: the file that tells of every case; nil for none.
  func tallies(junit: Path?) throws(LimpidError) -> [OpParityTally] {
    var (tallies, suites): ([OpParityTally], [String]) = ([], [])
    for comparison in comparisons {
      var (tally, suite) = (OpParityTally(comparison), JUnitSuite())
      var parity = OpParity(comparison)
      for (place, reference) in campaign.references.enumerated() {
        tell(place, tally)
        let row = parity.check(reference)
        tally.add(row)
        if junit != nil { suite.add(row) }
      }
      tally.name = parity.name
      tallies.append(tally)
      suites.append(suite.text(named: parity.name))
    }
    if let junit { try write(JUnitSuite.document(suites), to: junit) }
    return tallies
  }

  /// Says to a person how far it is.
  private func tell(_ place: Int, _ tally: OpParityTally) {
    guard Terminal.isInteractive, place.isMultiple(of: 20) else { return }
    let failed = place - tally.agreed
    Terminal.tell(
      "\r\u{1b}[K\(tally.comparison.description): \(place) of \(campaign.references.count), "
        + "\(failed) failed\(place + 20 >= campaign.references.count ? "\n" : "")")
  }

  private func write(_ text: String, to path: Path) throws(LimpidError) {
    do {
      try OutputFile.createDirectory(of: path)
      try OutputFile(path, overwrite: true).write(Array(text.utf8))
    } catch {
      throw LimpidError(error, subject: path)
    }
  }
}
