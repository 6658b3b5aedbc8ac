import IR
import Networks

/// The graphs by which texts about pictures are written, and what they keep between runs.
struct DescriberGraphs {
  /// Of what is seen.
  let seeing: Graph
  /// Those of the prompts and of one token of each text, which share parameters.
  let speaking: [Graph]
  /// Keys and values.
  let caches: [Carry]

  /// - Throws: ``LanguageError`` where the texts may become longer than the model bears.
  init(_ model: LLaVA, _ prompt: Describer.Prompt, batch: Int, limit: Int) throws {
    let (eye, tongue) = (model.eye, model.tongue)
    let tokens = prompt.before.count + eye.patches + prompt.after.count
    let capacity = tokens + limit
    guard capacity <= tongue.configuration.maxPositionEmbeddings else {
      throw LanguageError.tooLong(
        tokens: capacity, limit: tongue.configuration.maxPositionEmbeddings)
    }
    let shapes = tongue.operands(
      batch: batch, tokens: tokens, capacity: capacity, patches: eye.patches)
    seeing = try eye.graph(batch: batch, height: 1, width: 1)
    speaking = [
      try tongue.graph(shapes),
      try tongue.graph(tongue.operands(batch: batch, tokens: 1, capacity: capacity)),
    ]
    caches = shapes.keys.filter { $0.hasPrefix("keys.") || $0.hasPrefix("values.") }.sorted()
      .map { Carry(output: $0, input: $0) }
  }
}
