import Glibc
import IR
import Tensors

extension Unary: Evaluable {
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    for index in 0..<result.elements.count { result.store(value(at: x[index]), at: index) }
  }

  private func value(at x: Double) -> Double {
    switch self {
    case .relu: x < 0 ? 0 : x
    case .leakyRelu(let slope): x < 0 ? Double(slope) * x : x
    case .sigmoid: 1 / (1 + Glibc.exp(-x))
    case .silu: x / (1 + Glibc.exp(-x))
    case .gelu: x * (1 + erf(x / 2.squareRoot())) / 2
    case .quickGelu: x / (1 + Glibc.exp(-1.702 * x))
    case .mish: x * tanh(log1p(Glibc.exp(x)))
    case .exp: Glibc.exp(x)
    case .sqrt: x.squareRoot()
    case .affine(let scale, let offset): Double(scale) * x + Double(offset)
    }
  }
}

extension Binary: Evaluable {
  /// Axes of extent 1 are read with stride 0, and missing leading axes do not move the offset.
  func evaluate(_ operands: [Source], into result: Destination) {
    let extents = [1] + result.shape.extents
    let (a, b) = (operands[0], operands[1])
    let (stridesA, stridesB) = (
      strides(of: a.shape, rank: extents.count), strides(of: b.shape, rank: extents.count)
    )
    let rowsA = offsets(extents.dropLast(), strides: stridesA.dropLast())
    let rowsB = offsets(extents.dropLast(), strides: stridesB.dropLast())
    let (stepA, stepB) = (stridesA[extents.count - 1], stridesB[extents.count - 1])
    let width = extents[extents.count - 1]
    concurrently(rowsA.count) { row in
      for j in 0..<width {
        let value = value(a[rowsA[row] + j * stepA], b[rowsB[row] + j * stepB])
        result.store(value, at: row * width + j)
      }
    }
  }

  private func value(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .prelu: a < 0 ? b * a : a
    }
  }

  private func strides(of shape: Shape, rank: Int) -> [Int] {
    let own = zip(shape.extents, shape.strides).map { $0 == 1 ? 0 : $1 }
    return [Int](repeating: 0, count: rank - shape.rank) + own
  }
}
