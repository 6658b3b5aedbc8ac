import JSON

/// Why a tokenizer's files were refused. Descriptions are one line; text out of a file appears
/// escaped and shortened.
package enum TokenizerError: Error, Hashable, Sendable, CustomStringConvertible {
  case json(JSONFault)
  /// A file is larger than this many bytes.
  case tooLarge(limit: Int)
  /// The vocabulary has a token twice, or two tokens with one number.
  case repeatedToken(String)
  case repeatedNumber(Int)
  /// A token's number is not below the limit.
  case numberTooLarge(String, limit: Int)
  /// The vocabulary lacks a token that the merges or the byte alphabet need.
  case missingToken(String)
  /// A line of the merges is not two tokens with a space between.
  case badMerge(line: Int)
  case repeatedMerge(line: Int)
  case notUTF8
  /// The compressed vocabulary cannot be decompressed.
  case badCompression
  /// A field of a configuration file has the wrong kind of value.
  case field(String, expected: String)

  package var description: String {
    switch self {
    case .json(let fault): "tokenizer file, \(fault)"
    case .tooLarge(let limit): "a tokenizer file has more than \(limit) bytes"
    case .repeatedToken(let token): "token \(quoted(token)) appears twice in the vocabulary"
    case .repeatedNumber(let number): "two tokens of the vocabulary have the number \(number)"
    case .numberTooLarge(let token, let limit):
      "token \(quoted(token)) has a number that is not below \(limit)"
    case .missingToken(let token): "the vocabulary has no token \(quoted(token))"
    case .badMerge(let line): "merges, line \(line): not two tokens with a space between"
    case .repeatedMerge(let line): "merges, line \(line): the pair stands in an earlier line"
    case .notUTF8: "a tokenizer file is not valid UTF-8"
    case .badCompression: "the compressed vocabulary is damaged"
    case .field(let name, let expected): "tokenizer configuration: \(name) must be \(expected)"
    }
  }
}
