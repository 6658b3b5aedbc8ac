import ArgumentParser

/// Several values of an option in one word, such as `1,2,4`; of what can be counted, ranges too.
struct CommaList<Element: ExpressibleByArgument>: ExpressibleByArgument {
  let elements: [Element]

  init(_ elements: [Element]) { self.elements = elements }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let found = words.compactMap { Self.elements(String($0)) }
    guard found.count == words.count else { return nil }
    elements = Array(found.joined())
  }

  /// Those that a value or a range names; nil where it names none.
  private static func elements(_ word: String) -> [Element]? {
    if let element = Element(argument: word) { return [element] }
    guard let countable = Element.self as? any CountableArgument.Type else { return nil }
    return countable.range(word) as? [Element]
  }

  var defaultValueDescription: String {
    elements.map(\.defaultValueDescription).joined(separator: ",")
  }
}
