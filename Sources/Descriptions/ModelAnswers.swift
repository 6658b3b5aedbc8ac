import Execution
import Paths
import Pictures

/// Answers of a model on a device, which is opened for each question and left after it.
package struct ModelAnswers: PictureAnswers {
  private let model: LLaVAModel
  private let limit: Int
  private let batch: Int
  private let open: @Sendable () throws(LimpidError) -> Engine

  /// - Parameters:
  ///   - limit: tokens of an answer at most.
  ///   - batch: pictures at a time; answers do not depend on it.
  ///   - open: opens the device.
  package init(
    _ model: LLaVAModel, limit: Int, batch: Int,
    on open: @escaping @Sendable () throws(LimpidError) -> Engine
  ) {
    (self.model, self.limit, self.batch, self.open) = (model, limit, batch, open)
  }

  package var identity: String { "\(model.name) (files \(model.fingerprint.prefix(16)))" }

  package func answer(
    _ question: String, about pictures: [Path], unless isOver: @escaping @Sendable () -> Bool,
    telling tell: @escaping @Sendable (Int, Result<String, LimpidError>) -> Void
  ) throws(LimpidError) {
    var options = PictureDescriber.Options(question)
    (options.limit, options.batch) = (limit, min(batch, pictures.count))
    let describer = try PictureDescriber(model, options, on: try open())
    for start in stride(from: 0, to: pictures.count, by: options.batch) where !isOver() {
      var (places, loaded): ([Int], [(name: String, picture: Picture)]) = ([], [])
      for place in start..<min(start + options.batch, pictures.count) {
        do throws(LimpidError) {
          loaded.append((pictures[place].text, try Picture(contentsOf: pictures[place])))
          places.append(place)
        } catch {
          tell(place, .failure(error))
        }
      }
      guard !loaded.isEmpty else { continue }
      for (place, text) in zip(places, try describer.texts(about: loaded)) {
        tell(place, .success(text))
      }
    }
  }
}
