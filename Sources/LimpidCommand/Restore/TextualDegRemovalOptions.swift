import ArgumentParser
import Paths
import Pictures
import Restoration

/// How TextualDegRemoval words what it paints, and what it sees besides.
struct TextualDegRemovalOptions: ParsableArguments {
  @Option(help: "The text that is painted, with {} for the image's own words.")
  var template = SystemOptions().template

  @Option(help: "The only one of the image's words that counts, from 0; all if left out.")
  var tokenIndex: Int?

  @Option(
    help: """
      For networks of dual-pixel cameras: the right view, or a folder with one for each image \
      under its name. The images are the left views, of the same size.
      """)
  var rightView: Path?

  func validate() throws {
    if let tokenIndex, !(0..<1024).contains(tokenIndex) {
      throw ValidationError("--token-index is 0 to 1023")
    }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    (options.template, options.word) = (try ImageTexts.line(template), tokenIndex)
    options.rightView = rightView
  }
}
