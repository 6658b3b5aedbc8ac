@_spi(_Unicode) import Swift

/// Cuts text into the words that CLIP encodes one by one: lower-cased, without whitespace.
///
/// A word is what the pattern `'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+` finds,
/// the spelled-out special tokens before it, in the text's composed form (NFC).
///
/// The versions of Unicode are those of the library `tokenizers`, which has several: characters
/// that came later are neither ordered and composed, nor letters and numbers.
enum WordSplitter {
  private static let versionOfForms = 9
  private static let versionOfKinds = 16

  private enum Kind { case letter, number, space, other }

  private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map(scalars)
  /// Special tokens that only became such by lower-casing, and the words they are cut into.
  private static let specials = ["startoftext", "endoftext"].map {
    ["<|", $0, "|>"].map(scalars)
  }

  /// The words as UTF-8.
  static func words(_ text: Substring.UnicodeScalarView) -> [[UInt8]] {
    let scalars = composed(text).flatMap(\.properties.lowercaseMapping.unicodeScalars)
    let kinds = scalars.map(kind)
    var words: [[UInt8]] = []
    var start = 0
    while start < scalars.count {
      if kinds[start] == .space {
        start += 1
      } else if let parts = special(scalars[start...]) {
        words += parts.map(utf8)
        start += parts.reduce(0) { $0 + $1.count }
      } else {
        let end = start + length(scalars[start...], kinds[start...])
        words.append(utf8(scalars[start..<end]))
        start = end
      }
    }
    return words
  }

  /// Length of the word at the beginning of `text`, which is no space.
  private static func length(
    _ text: ArraySlice<Unicode.Scalar>, _ kinds: ArraySlice<Kind>
  ) -> Int {
    if let contraction = contractions.first(where: { text.starts(with: $0) }) {
      return contraction.count
    }
    let first = kinds[kinds.startIndex]
    return first == .number ? 1 : kinds.prefix { $0 == first }.count
  }

  private static func special(_ text: ArraySlice<Unicode.Scalar>) -> [[Unicode.Scalar]]? {
    guard text.first == "<" else { return nil }
    return specials.first { text.starts(with: $0.joined()) }
  }

  /// The canonical composition, in which later characters stand in nobody's way.
  private static func composed(_ text: Substring.UnicodeScalarView) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for run in text.split(omittingEmptySubsequences: false, whereSeparator: isAfterForms) {
      result += String(run)._nfc
      if run.endIndex < text.endIndex { result.append(text[run.endIndex]) }
    }
    return result
  }

  private static func isAfterForms(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isNewer(than: versionOfForms)
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    if scalar.properties.isWhitespace { return .space }
    if scalar.isNewer(than: versionOfKinds) { return .other }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      .letter
    case .decimalNumber, .letterNumber, .otherNumber: .number
    default: .other
    }
  }

  private static func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

  private static func utf8(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
    scalars.flatMap { UTF8.encode($0)! }
  }
}

extension Unicode.Scalar {
  /// Whether the character came after this version of Unicode.
  fileprivate func isNewer(than version: Int) -> Bool {
    properties.age.map { $0.major > version } ?? true
  }
}
