/// A departure from the grammar, at a byte offset in the text.
package struct JSONFault: Error, Hashable, Sendable {
  package enum Rule: Hashable, Sendable {
    case unexpected(UInt8, expected: String)
    case ended(expected: String)
    case leadingZero, notWhole, negative, tooLarge
    case repeatedKey(String), tooDeep(limit: Int), notFinite
    case controlCharacter, badEscape, loneSurrogate, notUTF8
  }

  package let rule: Rule
  package let offset: Int

  package init(rule: Rule, offset: Int) {
    self.rule = rule
    self.offset = offset
  }
}

extension JSONFault: CustomStringConvertible {
  package var description: String { "byte \(offset): \(rule.text)" }
}

extension JSONFault.Rule {
  package var text: String {
    switch self {
    case .unexpected(let byte, let expected): "\(named(byte)) where \(expected) must stand"
    case .ended(let expected): "the text ends where \(expected) must stand"
    case .leadingZero: "a number has a leading zero"
    case .notWhole: "a number has a fraction or an exponent"
    case .negative: "a number is negative"
    case .tooLarge: "a number is above \(Int.max)"
    case .repeatedKey(let key): "key \(quoted(key)) appears twice"
    case .tooDeep(let limit): "values are nested more than \(limit) deep"
    case .notFinite: "a number is too large for 64-bit floating point"
    case .controlCharacter: "a string has an unescaped control character"
    case .badEscape: "a string has an unknown or incomplete escape"
    case .loneSurrogate: "a string has an unpaired surrogate escape"
    case .notUTF8: "a string is not valid UTF-8"
    }
  }
}
