import IR
import Tensors

extension Draw {
  /// To one axis, to the extents in reverse, and with two axes joined or an axis added.
  mutating func reshape() -> Operation {
    let x = shape(rank: 1...5)
    let extents = x.extents
    let other: [Int] =
      switch number(0...3) {
      case 0: [x.count]
      case 1: extents.reversed()
      case 2: extents.count > 1 ? [extents[0] * extents[1]] + extents.dropFirst(2) : extents
      default: [1] + extents
      }
    return (.reshape(Reshape(Shape(other))), [.input(x)])
  }

  mutating func transpose() -> Operation {
    let x = shape(rank: 1...5)
    var (left, order) = (Array(0..<x.rank), [Int]())
    while !left.isEmpty { order.append(left.remove(at: number(0...left.count - 1))) }
    return (.transpose(Transpose(order)), [.input(x)])
  }

  mutating func slice() -> Operation {
    let x = shape(rank: 1...5)
    let axis = axis(of: x)
    let count = number(1...x[axis])
    let op = Slice(axis: axis, start: number(0...x[axis] - count), count: count)
    return (.slice(op), [.input(x)])
  }

  mutating func concatenation() -> Operation {
    let x = shape(rank: 1...5)
    let axis = axis(of: x)
    let operands = (0..<number(1...4)).map { _ in
      OpCase.Operand.input(x.replacing(axis, with: extent(1...40)))
    }
    return (.concatenation(Concatenation(axis: axis)), operands)
  }

  mutating func padding(_ mode: Padding.Mode) -> Operation {
    let x = map(channels: extent(1...33), upTo: 20)
    let (height, width) =
      switch mode {
      case .reflect: (min(x[2] - 1, 8), min(x[3] - 1, 8))
      case .zero, .replicate: (8, 8)
      }
    let edges = Edges(
      top: number(0...height), left: number(0...width), bottom: number(0...height),
      right: number(0...width))
    return (.padding(Padding(mode, edges)), [.input(x)])
  }

  mutating func pixelShuffle() -> Operation {
    let factor = number(1...4)
    return (
      .pixelShuffle(PixelShuffle(factor: factor)),
      [.input(map(channels: factor * factor * extent(1...20), upTo: 20))]
    )
  }

  mutating func pixelUnshuffle() -> Operation {
    let (factor, x) = (number(1...4), map(channels: extent(1...33), upTo: 12))
    return (
      .pixelUnshuffle(PixelUnshuffle(factor: factor)),
      [.input([x[0], x[1], x[2] * factor, x[3] * factor])]
    )
  }

  mutating func resize(_ mode: Resize.Mode) -> Operation {
    let x = map(channels: extent(1...33), upTo: 20)
    let op = Resize(mode, height: extent(1...40), width: extent(1...40))
    return (.resize(op), [.input(x)])
  }
}
