import ArgumentParser
import Paths
import Restoration

/// What shows the same as the images, only clean.
struct ReferenceOptions: ParsableArguments {
  @Option(
    help: """
      A clean image that shows what the degraded ones do, of any size, instead of one that is \
      painted from the texts or from the image itself, or a folder with one for each image under \
      its name; "reference_image" in the files.
      """)
  var referenceImage: Path?

  @Option(help: "Side of painted references in pixels; their model's own if left out.")
  var referenceSize: Int?

  @Option(help: "Where painted references are kept; the user's cache if left out.")
  var referenceCache: Path?

  @Flag(inversion: .prefixedNo, help: "Keep painted references for the next run.")
  var cacheReferences = SystemOptions().keepsReferences

  @Flag(help: "Write painted references too, as NAME_reference beside the output.")
  var keepReferences = SystemOptions().writesReferences

  func validate() throws {
    if let referenceSize, !(64...4096).contains(referenceSize) || !referenceSize.isMultiple(of: 8) {
      throw ValidationError("--reference-size is a multiple of 8 from 64 to 4096")
    }
  }

  func apply(to options: inout SystemOptions) {
    (options.referenceImage, options.referenceSide) = (referenceImage, referenceSize)
    (options.keepsReferences, options.referenceFolder) = (cacheReferences, referenceCache)
    options.writesReferences = keepReferences
  }
}
