import Pictures

/// A text with a place for words that have no spelling.
struct TextTemplate: Sendable {
  /// Before the words.
  let start: String
  /// Behind them.
  let rest: String

  /// The word in whose place they are put, of one token in every vocabulary of CLIP.
  static let placeholder = "S"

  /// - Parameter text: with `{}` for the words.
  /// - Throws: a usage error for another number of places than one.
  init(_ text: String) throws(LimpidError) {
    let parts = text.split(separator: "{}", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw LimpidError(.usage, "a template has one {} for the words: \(text)")
    }
    (start, rest) = (String(parts[0]), String(parts[1]))
  }
}
