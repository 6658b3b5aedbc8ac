import ArgumentParser
import Batch
import Paths
import Pictures

/// How good restored images are found.
struct MeasuringOptions: ParsableArguments {
  @Option(
    help: """
      Measure restored images as limpid metrics does, against this folder's images of their \
      inputs' names.
      """)
  var referenceFolder: Path?

  @OptionGroup var quality: QualityFlags

  func references() throws(LimpidError) -> ReferenceImages? {
    guard let referenceFolder else { return nil }
    return ReferenceImages(try Counterparts(at: referenceFolder), quality.options)
  }
}
