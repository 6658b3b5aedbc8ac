/// What a text tells about an image.
package enum TextKind: String, CaseIterable, Codable, Hashable, Sendable {
  /// What is wrong with it. Several are removed one after another.
  case degradation
  /// What it shows.
  case content
  /// What the restored image is to show.
  case prompt

  /// The name of the option that gives it.
  package var option: String {
    switch self {
    case .degradation: "degradation-text"
    case .content: "content-text"
    case .prompt: "prompt"
    }
  }

  /// What a caption command is asked.
  package var question: String {
    switch self {
    case .degradation:
      "What is wrong with this image? Name what degrades it, such as noise, blur, rain, haze or "
        + "darkness, in one short sentence."
    case .content:
      "What does this image show? Describe it in one sentence as if nothing degraded it, and say "
        + "nothing of its quality."
    case .prompt: "Describe this image in great detail, as if nothing degraded it."
    }
  }
}
