import IR
import Tensors

extension Draw {
  mutating func unary(_ op: Unary, _ values: Values? = nil) -> Operation {
    (.unary(op), [.input(shape(rank: 1...5), values)])
  }

  /// Scale and offset of one sign, so that positive operands do not cancel.
  mutating func affine() -> Operation {
    let op = common { draw -> Unary in
      let sign: Float = draw.isOne(of: 2) ? -1 : 1
      return .affine(
        scale: sign * Float(draw.number(1...12)) / 4, offset: sign * Float(draw.number(0...12)) / 4)
    }
    return unary(op)
  }

  /// Operands that broadcast along any axes, one of fewer axes now and then, and a parameter.
  /// - Parameter values: those of the second operand.
  mutating func binary(_ op: Binary, _ values: Values? = nil) -> Operation {
    let result = shape(rank: 1...5)
    let lesser = broadcastable(to: result)
    let isSwapped = isOne(of: 3)
    let (first, second) = isSwapped ? (lesser, result) : (result, lesser)
    let role = isOne(of: 4) ? OpCase.Role.weight : .input
    return (
      .binary(op), [.input(first), OpCase.Operand(role: role, shape: second, values: values)]
    )
  }

  private mutating func broadcastable(to shape: Shape) -> Shape {
    let dropped = isOne(of: 4) ? number(0...shape.rank - 1) : 0
    return Shape(shape.extents.dropFirst(dropped).map { isOne(of: 3) ? 1 : $0 })
  }
}
