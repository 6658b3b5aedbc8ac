import Diffusion
import Execution
import Language
import Pictures
import Tensors

/// Answers one question about pictures with a model on a device.
package struct PictureDescriber: Sendable {
  /// How texts are written.
  package struct Options: Hashable, Sendable {
    package var question: String
    package var sampling = TokenSampling.greedy
    /// Tokens of a text at most.
    package var limit = 512
    /// Pictures at a time; texts do not depend on it.
    package var batch = 1
    package var seed: UInt64 = 42

    package init(_ question: String) { self.question = question }
  }

  private let describer: Describer
  private let tokenizer: LlamaTokenizer
  private let input: TowerInput
  private let options: Options

  /// - Throws: ``LimpidError``, which names the model.
  package init(
    _ model: LLaVAModel, _ options: Options, on engine: Engine
  ) throws(LimpidError) {
    self.options = options
    tokenizer = model.tokenizer
    input = TowerInput(
      dialect: model.network.dialect, side: model.network.eye.tower.configuration.imageSize)
    let template = PromptTemplate(model.network.dialect)
    do {
      describer = try Describer(
        model.network, vision: model.vision, language: model.language,
        template.prompt(options.question, model.tokenizer), batch: options.batch,
        limit: options.limit
      ) { try engine.plans($0, weights: $1, keeping: $2) }
    } catch {
      throw LimpidError(error, subject: model.name)
    }
  }

  /// One text for each picture.
  /// - Parameters:
  ///   - pictures: 1 to ``Options/batch``, with what each is called.
  package func texts(
    about pictures: [(name: String, picture: Picture)]
  ) throws(LimpidError) -> [String] {
    let pixels = HostTensor.stacking(pictures.map { input.tensor($0.picture) })
    let seeds = pictures.map { RandomStream.imageSeed(options.seed, path: $0.name.utf8) }
    do {
      let tokens = try describer.texts(
        about: pixels, end: tokenizer.vocabulary.end, options.sampling, seeds: seeds)
      return tokens.map { text in
        tokenizer.decode(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }
    } catch {
      throw LimpidError(error)
    }
  }
}
