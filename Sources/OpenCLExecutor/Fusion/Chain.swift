import IR
import Tensors

/// Elementwise ops applied to a value while it is in registers.
struct Chain {
  enum Stage {
    case unary(Unary)
    /// `isReversed`: the chain's value is the second operand.
    case binary(Binary, operand: Graph.Value, access: Access, isReversed: Bool)
  }

  var stages: [Stage] = []

  var isEmpty: Bool { stages.isEmpty }

  /// The values that the chain reads, in the order of the generated parameters.
  var operands: [(value: Graph.Value, access: Access)] {
    stages.compactMap {
      guard case .binary(_, let operand, let access, _) = $0 else { return nil }
      return (operand, access)
    }
  }

  /// Whether every operand is a vector or a number that all rows of an image share.
  var isUniformInImage: Bool {
    operands.allSatisfy(\.access.isUniformInImage)
  }

  /// Whether zero stays zero, so that padding lanes stay clean.
  private var keepsZero: Bool {
    stages.allSatisfy {
      switch $0 {
      case .unary(let op): op.keepsZero
      case .binary(let op, _, let access, let isReversed):
        switch op {
        case .multiply: true
        case .add, .subtract: access.hasChannels
        case .divide: !access.hasChannels && !isReversed
        case .prelu: access.hasChannels || !isReversed
        }
      }
    }
  }

  /// The body of a macro `(v, row, col)` that applies the chain.
  /// - Parameters:
  ///   - loads: OpenCL C that reads the operands.
  ///   - placement: where the result lies, for the masking of padding lanes.
  func code(_ loads: [String], placement: Placement) -> String {
    var loads = loads[...]
    var statements: [String] = []
    for stage in stages {
      switch stage {
      case .unary(let op):
        statements.append("v = \(op.code("v"));")
      case .binary(let op, _, _, let isReversed):
        let operand = "(\(loads.removeFirst()))"
        let (a, b) = isReversed ? (operand, "v") : ("v", operand)
        statements.append("v = \(op.code(a, b));")
      }
    }
    let partChannels = placement.channels / placement.parts
    if !keepsZero, !partChannels.isMultiple(of: Placement.vectorWidth) {
      let partLanes = placement.lanes / placement.parts
      statements.append("v = masked(v, (col) % \(partLanes), \(partChannels));")
    }
    return statements.joined(separator: " ")
  }
}

extension Unary {
  fileprivate var keepsZero: Bool {
    switch self {
    case .relu, .leakyRelu, .silu, .gelu, .quickGelu, .mish, .sqrt: true
    case .sigmoid, .exp: false
    case .affine(_, let offset): offset == 0
    }
  }

  /// OpenCL C for the function of `x`; the names are those of common/activations.h.
  func code(_ x: String) -> String {
    switch self {
    case .relu: "fmax(\(x), (VEC)(0.0f))"
    case .leakyRelu(let slope): "prelu(\(x), (VEC)(\(slope.code)))"
    case .sigmoid: "sigmoid(\(x))"
    case .silu: "silu(\(x))"
    case .gelu: "gelu(\(x))"
    case .quickGelu: "quick_gelu(\(x))"
    case .mish: "mish(\(x))"
    case .exp: "exponential(\(x))"
    case .sqrt: "sqrt(\(x))"
    case .affine(let scale, let offset):
      "fma(\(x), (VEC)(\(scale.code)), (VEC)(\(offset.code)))"
    }
  }
}

extension Binary {
  /// OpenCL C for the function of `a` and `b`, of which one may be a single number.
  fileprivate func code(_ a: String, _ b: String) -> String {
    switch self {
    case .add: "\(a) + \(b)"
    case .subtract: "\(a) - \(b)"
    case .multiply: "\(a) * \(b)"
    case .divide: "\(a) / \(b)"
    case .prelu: "prelu((VEC)(\(a)), (VEC)(\(b)))"
    }
  }
}

extension Float {
  /// OpenCL C for exactly this number.
  var code: String { "as_float(0x\(String(bitPattern, radix: 16))u)" }
}
