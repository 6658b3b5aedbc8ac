import Tensors

/// A function of one element.
package enum Unary: OpRule, Hashable {
  case relu
  /// max(x, 0) + slope min(x, 0)
  case leakyRelu(slope: Float)
  case sigmoid
  /// x sigmoid(x)
  case silu
  /// x (1 + erf(x / sqrt 2)) / 2, the exact form
  case gelu
  /// x sigmoid(1.702 x), CLIP's approximation of the above
  case quickGelu
  /// x tanh(log(1 + e^x))
  case mish
  case exp
  case sqrt
  /// scale x + offset
  case affine(scale: Float, offset: Float)

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    try operands.checked(1...1)[0]
  }

  package func flops(operands: [Shape], output: Shape) -> Int { output.count }

  package func reductionLength(operands: [Shape]) -> Int { 1 }

  package var rawName: String {
    switch self {
    case .relu: "relu"
    case .leakyRelu: "leakyRelu"
    case .sigmoid: "sigmoid"
    case .silu: "silu"
    case .gelu: "gelu"
    case .quickGelu: "quickGelu"
    case .mish: "mish"
    case .exp: "exp"
    case .sqrt: "sqrt"
    case .affine: "affine"
    }
  }
}

/// A function of two elements; operands broadcast as in NumPy, aligned at the last axis.
package enum Binary: String, OpRule, Hashable {
  case add, subtract, multiply, divide
  /// max(a, 0) + b min(a, 0): b has the slopes below zero.
  case prelu

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(2...2)
    guard let shape = operands[0].broadcast(with: operands[1]) else {
      throw Misfit("shapes do not broadcast")
    }
    return shape
  }

  package func flops(operands: [Shape], output: Shape) -> Int { output.count }

  package func reductionLength(operands: [Shape]) -> Int { 1 }
}
