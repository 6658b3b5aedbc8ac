import Generation
import Restoration

/// How far a piece of work is: a sequence of what happens in it, which ends with the work, however
/// that ends.
///
/// It belongs to one piece of work: hand it over, and iterate in another task. Without anyone who
/// iterates, what happens is kept until it is released. See <doc:RestoringPictures>.
public struct WorkProgress: AsyncSequence, Sendable {
  /// Something that has happened.
  public struct Update: Hashable, Sendable {
    /// What it was.
    public let event: Event
    /// The part of the work that is done by now, in 0...1.
    public let share: Double
  }

  /// What has happened.
  public enum Event: Hashable, Sendable {
    /// A part of something that takes long is done.
    case working
    /// Another tile of the pictures, or a whole picture, is done.
    case tile
    /// Another step of a sampler's loop is done: `number` of `count`, from 1.
    case step(stage: String, number: Int, count: Int)
    /// A turn over the picture with this place among those that are restored together, from 0.
    case round(RestorationRound, picture: Int)
  }

  private let stream: AsyncStream<Update>
  private let continuation: AsyncStream<Update>.Continuation

  /// The progress of a piece of work that has not begun.
  public init() { (stream, continuation) = AsyncStream.makeStream() }

  /// Iterates over what happens from then on.
  public func makeAsyncIterator() -> AsyncStream<Update>.Iterator { stream.makeAsyncIterator() }

  func finish() { continuation.finish() }

  func tell(_ event: RestorationEvent) {
    continuation.yield(Update(event: Event(event), share: event.share))
  }

  func tell(_ progress: StepProgress) {
    let event =
      progress.endsStep
      ? Event.step(stage: "denoising", number: progress.step, count: progress.count) : .working
    continuation.yield(Update(event: event, share: progress.done / Double(progress.count)))
  }
}

extension WorkProgress.Event {
  fileprivate init(_ event: RestorationEvent) {
    switch event {
    case .tile: self = .tile
    case .working: self = .working
    case .step(let stage, let number, let count, _):
      self = .step(stage: stage, number: number, count: count)
    case .round(let report, let subject, _):
      self = .round(RestorationRound(report, picture: nil), picture: subject)
    }
  }
}
