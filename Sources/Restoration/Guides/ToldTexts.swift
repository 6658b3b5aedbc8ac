import Paths
import Pictures

/// What a describer said of images before they are restored.
package struct ToldTexts: Sendable {
  package typealias Answer = Result<String, LimpidError>

  private var answers: [Path: [TextKind: Answer]] = [:]

  package init() {}

  /// A text about an image, or why there is none; nil where nobody asked.
  package subscript(image: Path, kind: TextKind) -> Answer? {
    get { answers[image]?[kind] }
    set { answers[image, default: [:]][kind] = newValue }
  }
}
