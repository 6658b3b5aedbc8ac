import Glibc

/// The unified predictor-corrector (Zhao et al., 2023) for the clean sample: each evaluation first
/// corrects the step that led to it.
package struct UniPC: Sampler {
  package enum Kind: String, CaseIterable, Sendable {
    /// B(h) = h
    case bh1
    /// B(h) = exp(h) - 1
    case bh2
  }

  package var schedule: Schedule
  /// 1 to 3
  package var order = 2
  package var kind = Kind.bh2
  package var lowersFinalOrder = true
  /// Steps that are not corrected.
  package var uncorrected: Set<Int> = []

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let path = try SolverPath(
      schedule, steps: steps, roundsSpread: schedule.sigmaSpacing == .karras,
      below: schedule.noise.count)
    let count = path.timesteps.count
    let orders = (0..<count).map { index in
      min(order, index + 1, lowersFinalOrder ? count - index : order)
    }
    return try SamplerProgram(
      steps: path.timesteps.indices.map { index in
        let point = path.points[index]
        let clean = schedule.prediction.estimate(signal: point.signal, noise: point.noise).denoised
        let isCorrected = index > 0 && !uncorrected.contains(index - 1)
        let sample =
          isCorrected ? corrected(path, index, clean, order: orders[index - 1]) : .sample
        let history = [clean] + (0..<order - 1).map { .slot($0 + 1) }
        return SamplerProgram.Step(
          timestep: Double(path.timesteps[index]),
          sample: predicted(path, index, sample, history, order: orders[index]),
          slots: [sample] + history)
      })
  }

  /// UniP: from `sample`, which is at point `index`, to the next.
  private func predicted(
    _ path: SolverPath, _ index: Int, _ sample: Combination, _ history: [Combination], order: Int
  ) -> Combination {
    let update = Update(path, from: index, order: order, kind)
    let weights = order == 2 ? [0.5] : update.weights(count: order - 1)
    return update.step(sample, history, weights)
  }

  /// UniC: the step to point `index` again, now that the clean sample there is known.
  private func corrected(
    _ path: SolverPath, _ index: Int, _ clean: Combination, order: Int
  ) -> Combination {
    let update = Update(path, from: index - 1, order: order, kind)
    let weights = order == 1 ? [0.5] : update.weights(count: order)
    let history = (0..<self.order).map { Combination.slot($0 + 1) }
    let sample = update.step(.slot(0), history, Array(weights.dropLast()))
    return sample - update.scale * weights[order - 1] * (clean - history[0])
  }
}

/// What predictor and corrector have in common over one step.
private struct Update {
  private let from: SolverPath.Point
  private let to: SolverPath.Point
  /// The logarithmic width of the step, negative.
  private let width: Double
  /// Earlier points, in units of the step.
  private let ratios: [Double]
  private let bound: Double

  init(_ path: SolverPath, from index: Int, order: Int, _ kind: UniPC.Kind) {
    from = path.points[index]
    to = path.points[index + 1]
    let (start, width) = (from.logRatio, to.logRatio - from.logRatio)
    ratios = (1..<max(order, 1)).map { (path.points[index - $0].logRatio - start) / width }
    self.width = -width
    bound = kind == .bh1 ? -width : expm1(-width)
  }

  /// Factor of the differences.
  var scale: Double { to.signal * bound }

  func step(
    _ sample: Combination, _ history: [Combination], _ weights: [Double]
  ) -> Combination {
    let start = to.noise / from.noise * sample - to.signal * expm1(width) * history[0]
    return ratios.indices.reduce(start) { sum, index in
      sum - scale * weights[index] / ratios[index] * (history[index + 1] - history[0])
    }
  }

  /// Solves the first `count` conditions of order (equation 9).
  func weights(count: Int) -> [Double] {
    guard count > 0 else { return [] }
    let nodes = Array((ratios + [1]).prefix(count))
    var phi = expm1(width) / width - 1
    var factorial = 1.0
    var rows: [[Double]] = []
    for power in 0..<count {
      rows.append(nodes.map { pow($0, Double(power)) } + [phi * factorial / bound])
      factorial *= Double(power + 2)
      phi = phi / width - 1 / factorial
    }
    return Self.solution(of: rows)
  }

  /// Gaussian elimination with the largest pivot on rows that end with the right-hand side.
  private static func solution(of rows: [[Double]]) -> [Double] {
    var rows = rows
    for column in rows.indices {
      let pivot = (column..<rows.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
      rows.swapAt(column, pivot)
      for row in rows.indices where row != column {
        let factor = rows[row][column] / rows[column][column]
        rows[row] = zip(rows[row], rows[column]).map { $0 - factor * $1 }
      }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
  }
}
