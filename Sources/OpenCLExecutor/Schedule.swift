/// The order in which the passes of a plan's steps are launched.
struct Schedule {
  struct Turn: Equatable {
    let step: Int
    let pass: Int
  }

  let turns: [Turn]

  /// - Parameter rounds: neighbouring steps that take turns: the first pass of each, then the
  ///   second of each, and so on. Together they hold every step, in order.
  init(_ steps: [Step], rounds: [Range<Int>]) {
    turns = rounds.flatMap { round in
      steps[round.lowerBound].globals.indices.flatMap { pass in
        round.filter { !steps[$0].globals[pass].contains(0) }
          .map { Turn(step: $0, pass: pass) }
      }
    }
  }
}
