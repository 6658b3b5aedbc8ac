import IR
import Tensors

package enum MovementCases {
  package static let all: [OpCase] =
    reshapes + transposes + slices + concatenations + paddings

  private static let reshapes: [OpCase] = [
    reshape([1, 16, 4, 5], to: [1, 4, 4, 20]),
    reshape([2, 48, 3, 7], to: [2, 4, 12, 21]),
    reshape([2, 4, 12, 21], to: [2, 48, 3, 7]),
    reshape([1, 17, 5, 3], to: [17, 15]),
    reshape([2, 3, 4, 5], to: [120]),
    reshape([2, 17], to: [2, 17, 1, 1]),
    reshape([1, 1, 1, 1], to: [1]),
  ]

  private static let transposes: [OpCase] = [
    transpose([7, 13], [1, 0]),
    transpose([1, 16, 4, 8], [0, 2, 3, 1]),
    transpose([2, 17, 5, 3], [0, 2, 3, 1]),
    transpose([2, 5, 3, 17], [0, 3, 1, 2]),
    transpose([2, 13, 4, 12], [0, 2, 1, 3]),
    transpose([3, 20, 7], [0, 2, 1]),
    transpose([2, 3, 5, 7], [3, 2, 1, 0]),
    transpose([2, 3, 5, 7], [0, 1, 2, 3]),
    transpose([2, 3, 4, 5, 6], [0, 3, 1, 4, 2]),
  ]

  private static let slices: [OpCase] = [
    slice([1, 32, 5, 7], axis: 1, 0, 16),
    slice([1, 32, 5, 7], axis: 1, 16, 16),
    slice([2, 34, 4, 3], axis: 1, 17, 17),
    slice([1, 254, 3, 4], axis: 1, 127, 127),
    slice([1, 48, 4, 6], axis: 1, 5, 20),
    slice([2, 60, 3, 5], axis: 1, 40, 20),
    slice([2, 17, 9, 7], axis: 2, 0, 8),
    slice([2, 17, 9, 7], axis: 3, 1, 5),
    slice([3, 5, 4, 4], axis: 0, 1, 1),
    slice([2, 13, 48], axis: 2, 7, 30),
    slice([2, 77, 6], axis: 1, 76, 1),
    slice([1, 16, 3, 3], axis: 1, 0, 16),
  ]

  private static let concatenations: [OpCase] = [
    concatenation([[1, 16, 5, 7], [1, 16, 5, 7]], axis: 1),
    concatenation([[1, 17, 4, 3], [1, 15, 4, 3]], axis: 1),
    concatenation([[2, 3, 4, 5], [2, 1, 4, 5], [2, 20, 4, 5]], axis: 1),
    concatenation([[2, 127, 3, 3], [2, 127, 3, 3]], axis: 1),
    concatenation([[1, 5, 3, 4], [1, 5, 2, 4]], axis: 2),
    concatenation([[1, 5, 3, 4], [1, 5, 3, 1], [1, 5, 3, 7]], axis: 3),
    concatenation([[1, 5, 3, 4], [2, 5, 3, 4]], axis: 0),
    concatenation([[2, 13, 20], [2, 13, 28]], axis: 2),
    concatenation([[1, 19, 2, 2]], axis: 1),
  ]

  private static let paddings: [OpCase] =
    ([.zero, .reflect, .replicate] as [Padding.Mode])
    .flatMap { mode in
      [
        padding(mode, [1, 16, 8, 8], .all(1)),
        padding(mode, [1, 3, 5, 7], Edges(bottom: 3, right: 1)),
        padding(mode, [2, 17, 4, 6], Edges(top: 3, left: 1, bottom: 0, right: 5)),
        padding(mode, [1, 20, 9, 3], Edges(top: 0, left: 2, bottom: 8, right: 0)),
        padding(mode, [1, 3, 5, 7], Edges()),
      ]
    } + [
      padding(.zero, [1, 5, 1, 2], .all(4)),
      padding(.replicate, [1, 5, 1, 2], .all(4)),
    ]

  private static func reshape(_ x: Shape, to shape: Shape) -> OpCase {
    OpCase(.reshape(Reshape(shape)), [.input(x)], "to \(shape)")
  }

  private static func transpose(_ x: Shape, _ order: [Int]) -> OpCase {
    OpCase(.transpose(Transpose(order)), [.input(x)], "as \(order)")
  }

  private static func slice(_ x: Shape, axis: Int, _ start: Int, _ count: Int) -> OpCase {
    OpCase(
      .slice(Slice(axis: axis, start: start, count: count)), [.input(x)],
      "axis \(axis) \(start)+\(count)")
  }

  private static func concatenation(_ shapes: [Shape], axis: Int) -> OpCase {
    OpCase(
      .concatenation(Concatenation(axis: axis)), shapes.map { .input($0) }, "axis \(axis)")
  }

  private static func padding(_ mode: Padding.Mode, _ x: Shape, _ edges: Edges) -> OpCase {
    OpCase(
      .padding(Padding(mode, edges)), [.input(x)],
      "\(mode) \(edges.top),\(edges.left),\(edges.bottom),\(edges.right)")
  }
}
