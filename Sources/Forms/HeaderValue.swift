/// A header's value: a word and what follows between semicolons.
struct HeaderValue {
  /// In small letters.
  let word: String
  private var parameters: [String: String] = [:]

  init(_ text: some StringProtocol) {
    var parts = Self.parts(text)[...]
    word = parts.popFirst()?.trimmed.lowercased() ?? ""
    for part in parts {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { continue }
      let name = String(pair[0]).trimmed.lowercased()
      if parameters[name] == nil { parameters[name] = Self.unquoted(String(pair[1]).trimmed) }
    }
  }

  subscript(name: String) -> String? { parameters[name] }

  /// What stands between semicolons that are not in quotes.
  private static func parts(_ text: some StringProtocol) -> [String] {
    var (parts, isQuoted, isEscaped) = ([""], false, false)
    for character in text {
      if character == ";", !isQuoted {
        parts.append("")
        continue
      }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = character == "\\" && !isEscaped && isQuoted
      parts[parts.count - 1].append(character)
    }
    return parts
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count > 1, text.first == "\"", text.last == "\"" else { return text }
    return String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"")
  }
}

extension String {
  /// Without blanks at either end.
  fileprivate var trimmed: String {
    let blanks: Set<Character> = [" ", "\t"]
    var rest = self[...]
    while let first = rest.first, blanks.contains(first) { rest = rest.dropFirst() }
    while let last = rest.last, blanks.contains(last) { rest = rest.dropLast() }
    return String(rest)
  }
}
