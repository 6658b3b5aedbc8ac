import ArgumentParser
import Execution
import Paths
import Pictures
import Restoration

/// What guides restorations besides the images, for models that can be told or shown something.
struct GuideOptions: ParsableArguments {
  @Option(
    help: """
      LMDIR: what is wrong with the images; several are removed one after another. Otherwise as \
      "degradation" in NAME.json beside NAME.png, or in texts.json for a folder, or as the caption \
      command says.
      """)
  var degradationText: [String] = []

  @Option(help: "LMDIR: what the images show; \"content\" in the files.")
  var contentText: String?

  @Option(
    name: .shortAndLong,
    help: """
      AutoDIR: a text to follow, once, instead of what is found. MRIR: what the restored images \
      are to show; "prompt" in the files.
      """)
  var prompt: String?

  @Option(
    help: """
      A shell command for texts that are not given: called with an image's path and a question, it \
      prints the answer.
      """)
  var captionCommand: String?

  @Option(help: "Seconds that the caption command may take.")
  var captionTimeout = SystemOptions().captionPatience

  @Option(
    help: """
      A clean image that shows what the degraded ones do, of any size, instead of one that is \
      painted from the texts or from the image itself; "reference_image" in the files.
      """)
  var referenceImage: Path?

  @Option(help: "Side of painted references in pixels; their model's own if left out.")
  var referenceSize: Int?

  @Option(help: "Where painted references are kept; the user's cache if left out.")
  var referenceCache: Path?

  @Flag(inversion: .prefixedNo, help: "Keep painted references for the next run.")
  var cacheReferences = SystemOptions().keepsReferences

  @Flag(help: "Write the image after each step too, as NAME_step_N beside the output.")
  var keepSteps = SystemOptions().keepsSteps

  func validate() throws {
    guard (1...86_400).contains(captionTimeout) else {
      throw ValidationError("--caption-timeout is 1 to 86400")
    }
    guard degradationText.count <= ImageTexts.maximumCount else {
      throw ValidationError("--degradation-text: at most \(ImageTexts.maximumCount) times")
    }
    let command = captionCommand ?? "-"
    if command.allSatisfy(\.isWhitespace) || command.contains("\n") {
      throw ValidationError("--caption-command is one line")
    }
    if let referenceSize, !(64...4096).contains(referenceSize) || !referenceSize.isMultiple(of: 8) {
      throw ValidationError("--reference-size is a multiple of 8 from 64 to 4096")
    }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    for text in degradationText { options.texts[.degradation].append(try ImageTexts.line(text)) }
    if let contentText { options.texts[.content] = [try ImageTexts.line(contentText)] }
    if let prompt { options.texts[.prompt] = [try ImageTexts.line(prompt)] }
    options.captionCommand = captionCommand
    options.captionPatience = captionTimeout
    options.referenceImage = referenceImage
    options.referenceSide = referenceSize
    (options.keepsReferences, options.referenceFolder) = (cacheReferences, referenceCache)
    options.keepsSteps = keepSteps
  }
}
