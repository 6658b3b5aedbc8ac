import Dispatch
import Foundation
import Glibc
import Paths
import Pictures
import Processes
import Synchronization

/// Answers of a server, a few at a time.
package struct EndpointAnswers: PictureAnswers {
  private let endpoint: ChatEndpoint

  package init(_ endpoint: ChatEndpoint) { self.endpoint = endpoint }

  package var identity: String {
    endpoint.url + (endpoint.options.model.map { " \($0)" } ?? "")
  }

  /// What is left to do, and why no more will be.
  private struct Progress {
    var next = 0
    var end: LimpidError?
  }

  package func answer(
    _ question: String, about pictures: [Path], unless isOver: @escaping @Sendable () -> Bool,
    telling tell: @escaping @Sendable (Int, Result<String, LimpidError>) -> Void
  ) throws(LimpidError) {
    let progress = Shared(Progress())
    let group = DispatchGroup()
    for _ in 0..<min(endpoint.options.requests, pictures.count) {
      group.enter()
      WorkThread.start {
        while let place = progress.take(of: pictures.count, unless: isOver) {
          let answer = self.answer(question, about: pictures[place]) {
            isOver() || progress.hasEnded
          }
          progress.settle(place, answer, tell)
        }
        group.leave()
      }
    }
    group.wait()
    if let end = progress.end { throw end }
  }

  private func answer(
    _ question: String, about path: Path, unless isOver: () -> Bool
  ) -> Result<String, LimpidError> {
    let post: HTTPPost
    do {
      post = try self.post(question, about: path)
    } catch {
      return .failure(LimpidError(error, subject: path))
    }
    do throws(LimpidError) {
      return .success(try ask(post, unless: isOver))
    } catch {
      return .failure(error.endsRun ? error : error.concerning(path.text))
    }
  }

  private func post(_ question: String, about path: Path) throws -> HTTPPost {
    let question = try ChatQuestion(
      question, about: try Picture(contentsOf: path), endpoint.options)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return HTTPPost(
      url: endpoint.url, headers: endpoint.headers, body: [UInt8](try encoder.encode(question)),
      patience: endpoint.options.patience)
  }

  /// Asks until there is an answer, or there were enough attempts.
  private func ask(_ post: HTTPPost, unless isOver: () -> Bool) throws(LimpidError) -> String {
    var attempt = 0
    while true {
      do throws(ChatFault) {
        return try ChatFault.text(of: post, unless: isOver)
      } catch {
        guard error.isPassing, attempt < endpoint.options.retries, !isOver() else {
          throw error.error(of: endpoint)
        }
        let pause = min(error.pause ?? 0.5 * Double(1 << min(attempt, 6)), 60)
        let end = ContinuousClock.now + .seconds(pause)
        while ContinuousClock.now < end, !isOver() { usleep(20_000) }
        attempt += 1
      }
    }
  }

  /// What the threads of one question share.
  private final class Shared: Sendable {
    private let progress: Mutex<Progress>

    init(_ progress: Progress) { self.progress = Mutex(progress) }

    var end: LimpidError? { progress.withLock { $0.end } }
    var hasEnded: Bool { end != nil }

    /// The place of the next picture.
    func take(of count: Int, unless isOver: () -> Bool) -> Int? {
      progress.withLock { progress in
        guard progress.next < count, progress.end == nil, !isOver() else { return nil }
        defer { progress.next += 1 }
        return progress.next
      }
    }

    func settle(
      _ place: Int, _ answer: Result<String, LimpidError>,
      _ tell: (Int, Result<String, LimpidError>) -> Void
    ) {
      progress.withLock { progress in
        guard progress.end == nil else { return }
        if case .failure(let error) = answer, error.endsRun {
          progress.end = error
        } else {
          tell(place, answer)
        }
      }
    }
  }
}
