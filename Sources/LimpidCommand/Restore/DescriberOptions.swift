import ArgumentParser
import Descriptions
import Execution
import Paths
import Pictures
import Restoration

/// Who describes images before they are restored.
struct DescriberOptions: ParsableArguments {
  @Option(
    help: """
      Describe all images first, for texts that are not given: a LLaVA-1.5 as limpid describe \
      takes it, or the http(s) address of a server with chat completions, such as llama-server or \
      vLLM. The texts are kept for --resume.
      """)
  var describer: String?

  @Option(
    help: """
      What is asked for texts; where two are wanted, as degradation=QUESTION and content=QUESTION.
      """)
  var question: [String] = []

  @Option(help: "Tokens of a text at most.")
  var describerTokens = SystemOptions().describerTokens

  @Option(help: "What the server is to call its model; the one that it has when left out.")
  var describerModel: String?

  @Option(help: "A file with the key that the server wants.")
  var describerKey: Path?

  @Option(help: "Seconds that an answer of the server may take.")
  var describerTimeout = SystemOptions().describerPatience

  @Option(help: "Times that the server is asked again when it does not answer.")
  var describerRetries = SystemOptions().describerRetries

  @Option(help: "Questions that the server has at once.")
  var describerRequests = SystemOptions().describerRequests

  func validate() throws {
    guard (1...65_536).contains(describerTokens) else {
      throw ValidationError("--describer-tokens is 1 to 65536")
    }
    guard (1...86_400).contains(describerTimeout) else {
      throw ValidationError("--describer-timeout is 1 to 86400")
    }
    guard (0...100).contains(describerRetries) else {
      throw ValidationError("--describer-retries is 0 to 100")
    }
    guard (1...256).contains(describerRequests) else {
      throw ValidationError("--describer-requests is 1 to 256")
    }
    let isServer = describer.map(ChatEndpoint.isAddress) == true
    guard isServer || describerModel == nil && describerKey == nil else {
      throw ValidationError("--describer-model and --describer-key are for a server")
    }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    options.describer = describer
    options.questions = try question.map { text throws(LimpidError) in try ImageTexts.line(text) }
    options.describerTokens = describerTokens
    options.describerModel = describerModel
    options.describerKey = describerKey
    options.describerPatience = describerTimeout
    options.describerRetries = describerRetries
    options.describerRequests = describerRequests
  }

  /// nil when nobody is to describe.
  /// - Parameters:
  ///   - batch: pictures that a model describes at a time.
  ///   - open: opens the device of a model.
  func answers(
    batch: Int, on open: @escaping @Sendable () throws(LimpidError) -> Engine
  ) throws(LimpidError) -> (any PictureAnswers)? {
    guard let describer else { return nil }
    guard ChatEndpoint.isAddress(describer) else {
      return ModelAnswers(
        try LLaVAModel(Path(text: describer)), limit: describerTokens, batch: batch, on: open)
    }
    var options = ChatEndpoint.Options()
    options.model = describerModel
    options.key = try describerKey.map { path throws(LimpidError) in
      try ChatEndpoint.key(in: path)
    }
    (options.patience, options.retries) = (describerTimeout, describerRetries)
    (options.requests, options.limit) = (describerRequests, describerTokens)
    return EndpointAnswers(try ChatEndpoint(describer, options))
  }
}
