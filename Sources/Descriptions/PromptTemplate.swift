import Language
import Networks

/// What stands around a picture and a question, in the words that a dialect of LLaVA-1.5 was
/// trained with.
struct PromptTemplate {
  private let dialect: LLaVA.Dialect

  init(_ dialect: LLaVA.Dialect) { self.dialect = dialect }

  /// The text on either side of the picture is a text of its own; one token begins both.
  func prompt(_ question: String, _ tokenizer: LlamaTokenizer) -> Describer.Prompt {
    Describer.Prompt(
      before: [tokenizer.vocabulary.start] + tokenizer.encode(start),
      after: tokenizer.encode("\n\(question) ASSISTANT:"))
  }

  private var start: String {
    switch dialect {
    case .original:
      "A chat between a curious human and an artificial intelligence assistant. The assistant "
        + "gives helpful, detailed, and polite answers to the human's questions. USER: "
    case .transformers: "USER: "
    }
  }
}
