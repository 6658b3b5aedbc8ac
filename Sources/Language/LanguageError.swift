import JSON

/// Why a language model's tokenizer or prompt was refused. Descriptions are one line; text out of a
/// file appears escaped and shortened.
package enum LanguageError: Error, Hashable, Sendable, CustomStringConvertible {
  case json(JSONFault)
  /// A file or a vocabulary is larger than this.
  case tooLarge(what: String, limit: Int)
  /// The protocol buffer of a `tokenizer.model` is damaged.
  case damaged
  /// The tokenizer works in another way than Llama's.
  case unsupported(String)
  /// What the file must have and has not.
  case missing(String)
  case repeatedPiece(String)
  case repeatedNumber(Int)
  case badMerge(Int)
  /// A prompt and the text after it are longer than the model's contexts.
  case tooLong(tokens: Int, limit: Int)

  package var description: String {
    switch self {
    case .json(let fault): "tokenizer, \(fault)"
    case .tooLarge(let what, let limit): "tokenizer: \(what) are more than \(limit)"
    case .damaged: "tokenizer: the file is damaged or no tokenizer.model"
    case .unsupported(let what): "tokenizer: \(what); only Llama's is known"
    case .missing(let what): "tokenizer: there is not \(what)"
    case .repeatedPiece(let piece): "tokenizer: piece \(quoted(piece)) appears twice"
    case .repeatedNumber(let number): "tokenizer: two pieces have the number \(number)"
    case .badMerge(let number): "tokenizer: merge \(number) is not of two pieces into a third"
    case .tooLong(let tokens, let limit):
      "prompt and text have \(tokens) tokens, the model knows \(limit)"
    }
  }
}
