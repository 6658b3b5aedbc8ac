import Glibc
import IR
import Tensors

extension Normalization: Evaluable {
  /// Every line along the axis by itself; see ``Normalization/Kind`` for the formulas.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let gain = operands.count > 1 ? operands[1] : nil
    let shift = operands.count > 2 ? operands[2] : nil
    let lines = Lines(x.shape.extents, along: axis)
    concurrently(lines.count) { line in
      let start = lines.start(line)
      let (center, scale) = centerAndScale(x, start: start, lines)
      for i in 0..<lines.length {
        let index = start + i * lines.stride
        let normalized = (x[index] - center) * scale
        result.store(normalized * (gain?[i] ?? 1) + (shift?[i] ?? 0), at: index)
      }
    }
  }

  /// What is subtracted from the elements of a line and what they are multiplied with then.
  private func centerAndScale(_ x: Source, start: Int, _ lines: Lines) -> (Double, Double) {
    let line = (0..<lines.length).map { x[start + $0 * lines.stride] }
    switch kind {
    case .layer:
      let mean = mean(line)
      return (mean, inverseDeviation(line, from: mean))
    case .biasFree:
      return (0, inverseDeviation(line, from: mean(line)))
    case .rootMeanSquare:
      return (0, inverseDeviation(line, from: 0))
    case .l2:
      let squares = line.reduce(0) { $0 + $1 * $1 }
      return (0, 1 / max(squares.squareRoot(), Double(epsilon)))
    }
  }

  private func mean(_ line: [Double]) -> Double { line.reduce(0, +) / Double(line.count) }

  private func inverseDeviation(_ line: [Double], from mean: Double) -> Double {
    let deviations = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return 1 / (deviations / Double(line.count) + Double(epsilon)).squareRoot()
  }
}
