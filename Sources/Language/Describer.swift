import IR
import Networks
import Tensors

/// Writes texts about pictures with LLaVA, several pictures at a time.
///
/// All pictures are asked the same, so that their prompts are equally long. A plan reads the
/// prompts and another one token of each text; they share parameters, keys and values. What is
/// written about a picture is the same in any batch.
package struct Describer: Sendable {
  /// What stands around the picture in the model's input.
  package struct Prompt: Hashable, Sendable {
    package var before: [Int32]
    package var after: [Int32]

    package init(before: [Int32], after: [Int32]) { (self.before, self.after) = (before, after) }
  }

  private let prompt: Prompt
  private let patches: Int
  /// Pictures at a time.
  package let batch: Int
  /// Tokens of a text at most.
  private let limit: Int
  private let seeing, reading, writing: any Plan

  /// - Parameters:
  ///   - vision: the parameters of what the model sees.
  ///   - language: those of what it says.
  ///   - limit: tokens of a text at most.
  ///   - prepare: makes plans of graphs that share parameters and keep values.
  package init(
    _ model: LLaVA, vision: any WeightSource, language: any WeightSource, _ prompt: Prompt,
    batch: Int, limit: Int,
    preparing prepare: ([Graph], any WeightSource, [Carry]) throws -> [any Plan]
  ) throws {
    (self.prompt, self.batch, self.limit) = (prompt, batch, limit)
    patches = model.eye.patches
    let graphs = try DescriberGraphs(model, prompt, batch: batch, limit: limit)
    seeing = try prepare([graphs.seeing], vision, [])[0]
    let plans = try prepare(graphs.speaking, language, graphs.caches)
    (reading, writing) = (plans[0], plans[1])
  }

  /// What a describer's plans hold together.
  /// - Parameters:
  ///   - vision: asked for nothing but how parameters are quantised, and so is `language`.
  ///   - footprint: of plans of graphs that share parameters and keep values.
  package static func footprint(
    _ model: LLaVA, vision: any WeightSource, language: any WeightSource, _ prompt: Prompt,
    batch: Int, limit: Int,
    of footprint: ([Graph], any WeightSource, [Carry]) throws -> Footprint
  ) throws -> Footprint {
    let graphs = try DescriberGraphs(model, prompt, batch: batch, limit: limit)
    return try footprint([graphs.seeing], vision, [])
      + footprint(graphs.speaking, language, graphs.caches)
  }

  /// The tokens of a text about each picture, without the one that ended it.
  /// - Parameters:
  ///   - pictures: 1 to ``batch`` pictures as the tower takes them, (N, 3, S, S).
  ///   - end: the token that ends a text.
  ///   - seeds: each picture's own.
  package func texts(
    about pictures: HostTensor, end: Int32, _ sampling: TokenSampling = .greedy, seeds: [UInt64]
  ) throws -> [[Int32]] {
    let count = pictures.shape[0]
    var texts = [[Int32]](repeating: [], count: count)
    var isDone = [Bool](repeating: false, count: count)
    var logits = try read(pictures)
    for step in 0..<limit {
      var chosen = [Int32](repeating: end, count: batch)
      for text in 0..<count {
        chosen[text] = sampling.token(
          of: logits.outermost(text).floats, seed: seeds[text], step: step)
        isDone[text] = isDone[text] || chosen[text] == end
        if !isDone[text] { texts[text].append(chosen[text]) }
      }
      guard isDone.contains(false), step + 1 < limit else { break }
      logits = try write(chosen, at: promptLength + step)
    }
    return texts
  }

  private var promptLength: Int { prompt.before.count + patches + prompt.after.count }

  /// What follows the prompts around the features of the pictures; missing pictures are copies of
  /// the last.
  private func read(_ pictures: HostTensor) throws -> HostTensor {
    let count = pictures.shape[0]
    let all = HostTensor.stacking(
      (0..<batch).map { pictures.outermost(min($0, count - 1)) })
    let features = try seeing.run(["pixel_values": all])["image_features"]!
    let ids = prompt.before + [Int32](repeating: 0, count: patches) + prompt.after
    let (first, last) = (prompt.before.count, prompt.before.count + patches)
    let operands: [String: HostTensor] = [
      "image_features": features, "input_ids": repeated(ids.map { Float($0) }),
      "positions": repeated(ids.indices.map { Float($0) }),
      "begins": HostTensor([batch, 1], [Float](repeating: 0, count: batch)),
      "token_sources": repeated(
        ids.indices.map { Float((first..<last).contains($0) ? $0 - first : $0 + patches) }),
    ]
    return try reading.run(operands)["logits"]!
  }

  private func repeated(_ row: [Float]) -> HostTensor {
    HostTensor([batch, row.count], [[Float]](repeating: row, count: batch).flatMap(\.self))
  }

  /// What follows one more token of every text.
  private func write(_ tokens: [Int32], at position: Int) throws -> HostTensor {
    let place = HostTensor([batch, 1], [Float](repeating: Float(position), count: batch))
    let ids = HostTensor([batch, 1], tokens.map { Float($0) })
    return try writing.run(["input_ids": ids, "positions": place, "begins": place])["logits"]!
  }
}
