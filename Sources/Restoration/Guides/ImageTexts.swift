import JSON
import Pictures

/// The texts about one image, each on one line.
package struct ImageTexts: Codable, Hashable, Sendable {
  /// None of a kind stands for nothing said, which is not the same as an empty text.
  private var texts: [TextKind: [String]] = [:]

  package static let maximumBytes = 1 << 13
  /// Of one kind.
  package static let maximumCount = 32

  package init() {}

  /// The texts of a kind; of degradations and prompts there may be several.
  package subscript(_ kind: TextKind) -> [String] {
    get { texts[kind] ?? [] }
    set { texts[kind] = newValue.isEmpty ? nil : newValue }
  }

  /// In the order of ``TextKind``.
  package var kinds: [TextKind] { TextKind.allCases.filter { texts[$0] != nil } }

  /// As they are recorded, such as `degradation-text 'rain'`.
  package var settings: [Setting] {
    kinds.flatMap { kind in self[kind].map { Setting(kind.option, "'\($0)'") } }
  }

  /// A text as it is used: on one line, words one space apart.
  /// - Throws: a usage error for what is too long or cannot be printed.
  package static func line(_ text: String) throws(LimpidError) -> String {
    guard text.utf8.count <= maximumBytes else {
      throw LimpidError(.usage, "a text of more than \(maximumBytes) bytes")
    }
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw LimpidError(.usage, "the text \(quoted(line)) has control characters")
    }
    return line
  }
}
