import Paths
import Pictures

/// Who answers questions about pictures.
package protocol PictureAnswers: Sendable {
  /// As it is recorded; another one may answer otherwise.
  var identity: String { get }

  /// Asks one question about pictures in files.
  /// - Parameters:
  ///   - isOver: asked now and then whether to stop, whereupon pictures are left without answers.
  ///   - tell: called with the place of a picture and its answer, or why it has none; by one thread
  ///     at a time.
  /// - Throws: what keeps every picture from an answer.
  func answer(
    _ question: String, about pictures: [Path], unless isOver: @escaping @Sendable () -> Bool,
    telling tell: @escaping @Sendable (Int, Result<String, LimpidError>) -> Void
  ) throws(LimpidError)
}
