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

  /// The numbers of its functions, in the order of the generated parameters.
  var numbers: [Float] {
    stages.flatMap { stage -> [Float] in
      guard case .unary(let op) = stage else { return [] }
      return op.numbers
    }
  }

  /// How many lanes of each part of `placement` are channels where the chain fills the padding
  /// behind them, which is to be cleared; nil where it stays clean.
  func channelsToKeep(in placement: Placement) -> Int? {
    let channels = placement.channels / placement.parts
    return keepsZero || channels.isMultiple(of: Placement.vectorWidth) ? nil : channels
  }

  /// OpenCL C that applies the chain to `v`.
  /// - Parameters:
  ///   - loads: OpenCL C that reads the operands.
  ///   - numbers: names of the numbers.
  func code(_ loads: [String], numbers: [String]) -> String {
    var (loads, numbers) = (loads[...], numbers[...])
    let statements = stages.map { stage in
      switch stage {
      case .unary(let op):
        let own = numbers.prefix(op.numbers.count)
        numbers = numbers.dropFirst(own.count)
        return "v = \(op.code("v", numbers: Array(own)));"
      case .binary(let op, _, _, let isReversed):
        let operand = "(\(loads.removeFirst()))"
        let (a, b) = isReversed && !op.commutes ? (operand, "v") : ("v", operand)
        return "v = \(op.code(a, b));"
      }
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

  /// What distinguishes it from others of its kind.
  fileprivate var numbers: [Float] {
    switch self {
    case .relu, .sigmoid, .silu, .gelu, .quickGelu, .mish, .exp, .sqrt: []
    case .leakyRelu(let slope): [slope]
    case .affine(let scale, let offset): [scale, offset]
    }
  }

  /// OpenCL C for the function of `x`, with its numbers in it.
  func code(_ x: String) -> String { code(x, numbers: numbers.map(\.code)) }

  /// OpenCL C for the function of `x`; the names are those of common/activations.h.
  /// - Parameter numbers: OpenCL C for its numbers.
  fileprivate func code(_ x: String, numbers: [String]) -> String {
    switch self {
    case .relu: "fmax(\(x), (VEC)(0.0f))"
    case .leakyRelu: "prelu(\(x), (VEC)(\(numbers[0])))"
    case .sigmoid: "sigmoid(\(x))"
    case .silu: "silu(\(x))"
    case .gelu: "gelu(\(x))"
    case .quickGelu: "quick_gelu(\(x))"
    case .mish: "mish(\(x))"
    case .exp: "exponential(\(x))"
    case .sqrt: "sqrt(\(x))"
    case .affine: "fma(\(x), (VEC)(\(numbers[0])), (VEC)(\(numbers[1])))"
    }
  }
}

extension Binary {
  /// Whether the operands may be exchanged.
  fileprivate var commutes: Bool {
    switch self {
    case .add, .multiply: true
    case .subtract, .divide, .prelu: false
    }
  }

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
  fileprivate var code: String { "as_float(0x\(String(bitPattern, radix: 16))u)" }
}
