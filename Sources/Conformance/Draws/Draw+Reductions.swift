import IR
import Tensors

extension Draw {
  /// Along any axes.
  mutating func mean() -> Operation {
    let x = shape(rank: 1...5)
    let axis = axis(of: x)
    let axes = (0..<x.rank).filter { $0 == axis || isOne(of: 3) }
    return (.mean(Mean(axes: axes)), [.input(x)])
  }

  mutating func argmax() -> Operation {
    let x = shape(rank: 1...4)
    return (.argmax(Argmax(axis: axis(of: x))), [.input(x, isOne(of: 4) ? .bits : nil)])
  }

  mutating func localMean() -> Operation {
    let x = map(channels: extent(1...33))
    let op = LocalMean(height: number(1...x[2]), width: number(1...x[3]))
    return (.localMean(op), [.input(x)])
  }

  mutating func maxPool() -> Operation {
    let x = map(channels: extent(1...33))
    let op = MaxPool(side: number(1...min(x[2], x[3], 5)), stride: number(1...3))
    return (.maxPool(op), [.input(x)])
  }

  /// Along an axis of five or more elements, since what is centred cancels.
  mutating func normalization(_ kind: Normalization.Kind) -> Operation {
    let rough = shape(rank: 1...4)
    let axis = axis(of: rough)
    let x = rough.replacing(axis, with: extent(5...150))
    let op = Normalization(kind, axis: axis, epsilon: pick([1e-5, 1e-6, 1e-3]))
    let parameter = OpCase.Operand.weight([x[axis]])
    let parameters =
      switch kind {
      case .layer: isOne(of: 2) ? [parameter, parameter] : [parameter]
      case .biasFree, .rootMeanSquare: [parameter]
      case .l2: [] as [OpCase.Operand]
      }
    return (.normalization(op), [.input(x)] + parameters)
  }

  mutating func softmax(ofLargest: Bool) -> Operation {
    let x = shape(rank: 1...4)
    let axis = axis(of: x)
    let largest = ofLargest ? number(1...x[axis]) : nil
    return (.softmax(Softmax(axis: axis, largest: largest)), [.input(x)])
  }

  /// Groups of eight or more numbers; offsets of the sign that the means' share of a shift has.
  mutating func groupNormCoefficient(_ kind: GroupNormCoefficient.Kind) -> Operation {
    let (groups, width) = (number(1...6), number(8...24))
    let channels = groups * extent(1...12)
    let x: Shape = [extent(1...3), channels, extent(1...13), width]
    let op = GroupNormCoefficient(kind, groups: groups, epsilon: pick([1e-5, 1e-6]))
    return (
      .groupNormCoefficient(op),
      [.input(x), .weight([channels], .positive), .weight([channels], .uniform(-2...(-0.5)))]
    )
  }
}
