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
    let length = Double(lines.length)
    var sum = 0.0
    var squares = 0.0
    for i in 0..<lines.length {
      let element = x[start + i * lines.stride]
      sum += element
      squares += element * element
    }
    if kind == .l2 { return (0, 1 / max(squares.squareRoot(), Double(epsilon))) }
    let mean = sum / length
    var deviations = 0.0
    for i in 0..<lines.length {
      let deviation = x[start + i * lines.stride] - mean
      deviations += deviation * deviation
    }
    let scale = 1 / (deviations / length + Double(epsilon)).squareRoot()
    return (kind == .layer ? mean : 0, scale)
  }
}
