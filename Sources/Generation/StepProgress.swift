/// How far a sampler has come.
package struct StepProgress: Hashable, Sendable {
  /// Steps that are done, with the part of the one at hand.
  package let done: Double
  package let count: Int
  /// At the speed so far.
  package let secondsLeft: Double

  /// - Parameter seconds: since the first step began.
  init(_ done: Double, of count: Int, after seconds: Double) {
    self.done = done
    self.count = count
    secondsLeft = done > 0 ? seconds / done * (Double(count) - done) : .infinity
  }

  /// Steps that are done.
  package var step: Int { Int(done) }
  /// Whether a step has just been done, not a part of one.
  package var endsStep: Bool { done == done.rounded() }
}
