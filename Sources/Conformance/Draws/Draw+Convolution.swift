import IR
import Tensors

extension Draw {
  /// Filters of 1 to 7 pixels, with steps, dilation, groups and uneven borders; now and then
  /// filters that are computed, and linear layers, which have no room for a filter.
  mutating func convolution() -> Operation {
    let (inputs, outputs, groups) = channels()
    let kernel = pick([1, 3, 3, 1, 2, 3, 5, 7])
    let dilation = pick([1, 1, 1, 2])
    let span = dilation * (kernel - 1) + 1
    let padding = edges(span)
    let height = max(extent(1...33), span - padding.top - padding.bottom)
    let width = max(extent(1...33), span - padding.left - padding.right)
    let op = Convolution(
      stride: pick([1, 1, 1, 2, 3]), dilation: dilation, groups: groups, padding: padding)
    let isLinear = kernel == 1 && isOne(of: 6)
    let filters = [outputs, inputs / groups] + (isLinear ? [] : [kernel, kernel])
    let role = isOne(of: 8) ? OpCase.Role.input : .weight
    let bias = OpCase.Operand(role: role, shape: [outputs], values: nil)
    return (
      .convolution(op),
      [
        .input([extent(1...3), inputs, height, width]),
        OpCase.Operand(role: role, shape: Shape(filters), values: nil),
      ] + (isOne(of: 2) ? [bias] : [])
    )
  }

  private mutating func channels() -> (inputs: Int, outputs: Int, groups: Int) {
    switch number(0...4) {
    case 0...2: return (extent(1...130), extent(1...130), 1)
    case 3:
      let channels = extent(1...140)
      return (channels, channels * pick([1, 1, 2]), channels)
    default:
      let groups = number(2...6)
      return (groups * number(1...6), groups * number(1...6), groups)
    }
  }

  /// None, those that keep the size, or any.
  private mutating func edges(_ span: Int) -> Edges {
    switch number(0...3) {
    case 0: Edges()
    case 1, 2: .all(span / 2)
    default:
      Edges(top: number(0...3), left: number(0...3), bottom: number(0...3), right: number(0...3))
    }
  }

  /// Leading extents of up to two axes; the second operand a parameter or computed.
  mutating func matmul() -> Operation {
    let leading = shape(rank: 0...2, upTo: 3).extents
    let (rows, depth, columns) = (extent(1...70), extent(1...300), extent(1...70))
    let op = Matmul(transposesFirst: isOne(of: 2), transposesSecond: isOne(of: 2))
    let a = op.transposesFirst ? [depth, rows] : [rows, depth]
    let b = op.transposesSecond ? [columns, depth] : [depth, columns]
    return (
      .matmul(op),
      [
        .input(Shape(leading + a)),
        OpCase.Operand(
          role: isOne(of: 4) ? .weight : .input, shape: Shape(leading + b), values: nil),
      ]
    )
  }
}
