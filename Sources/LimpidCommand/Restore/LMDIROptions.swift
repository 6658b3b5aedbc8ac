import ArgumentParser
import Pictures
import Restoration

/// What LMDIR is told about images.
struct LMDIROptions: ParsableArguments {
  @Option(
    help: """
      What is wrong with the images; several are removed one after another. Otherwise as \
      "degradation" in NAME.json beside NAME.png, or in texts.json for a folder, or as the caption \
      command says.
      """)
  var degradationText: [String] = []

  @Option(help: "What the images show; \"content\" in the files.")
  var contentText: String?

  func validate() throws {
    guard degradationText.count <= ImageTexts.maximumCount else {
      throw ValidationError("--degradation-text: at most \(ImageTexts.maximumCount) times")
    }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    for text in degradationText { options.texts[.degradation].append(try ImageTexts.line(text)) }
    if let contentText { options.texts[.content] = [try ImageTexts.line(contentText)] }
  }
}
