import ArgumentParser
import Restoration

/// A program that is asked for texts about images.
struct CaptionOptions: ParsableArguments {
  @Option(
    help: """
      A shell command for texts that are not given: called with an image's path and a question, it \
      prints the answer.
      """)
  var captionCommand: String?

  @Option(help: "Seconds that the caption command may take.")
  var captionTimeout = SystemOptions().captionPatience

  func validate() throws {
    guard (1...86_400).contains(captionTimeout) else {
      throw ValidationError("--caption-timeout is 1 to 86400")
    }
    let command = captionCommand ?? "-"
    if command.allSatisfy(\.isWhitespace) || command.contains("\n") {
      throw ValidationError("--caption-command is one line")
    }
  }

  func apply(to options: inout SystemOptions) {
    (options.captionCommand, options.captionPatience) = (captionCommand, captionTimeout)
  }
}
