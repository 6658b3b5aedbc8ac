import ArgumentParser
import Pictures
import Restoration

/// Who is asked for texts about images.
struct CaptionOptions: ParsableArguments {
  @Option(
    help: """
      A shell command for texts that are not given: called with an image's path and a question, it \
      prints the answer.
      """)
  var captionCommand: String?

  @Option(help: "Seconds that the caption command may take.")
  var captionTimeout = SystemOptions().captionPatience

  @OptionGroup var describing: DescriberOptions

  func validate() throws {
    guard captionCommand == nil || describing.describer == nil else {
      throw ValidationError("--caption-command and --describer exclude each other")
    }
    guard (1...86_400).contains(captionTimeout) else {
      throw ValidationError("--caption-timeout is 1 to 86400")
    }
    let command = captionCommand ?? "-"
    if command.allSatisfy(\.isWhitespace) || command.contains("\n") {
      throw ValidationError("--caption-command is one line")
    }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    try describing.apply(to: &options)
    (options.captionCommand, options.captionPatience) = (captionCommand, captionTimeout)
  }
}
