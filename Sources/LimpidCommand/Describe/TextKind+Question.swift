import ArgumentParser
import Restoration

extension TextKind: ExpressibleByArgument {}

extension TextKind {
  /// What a model that describes is asked: for prompts the question of MRIR's paper, equation 1.
  var describerQuestion: String {
    switch self {
    case .prompt:
      "Describe the image in a very detailed manner if we remove the degradation artifacts from "
        + "the image."
    case .degradation, .content: question
    }
  }
}
