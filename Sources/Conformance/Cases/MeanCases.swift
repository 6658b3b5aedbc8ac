import IR
import Tensors

package enum MeanCases {
  package static let all: [OpCase] = [
    mean([1, 16, 8, 8], over: [2, 3]),
    mean([2, 17, 5, 7], over: [2, 3]),
    mean([1, 32, 61, 67], over: [2, 3]),
    mean([3, 127, 3, 2], over: [2, 3]),
    mean([1, 3, 1, 1], over: [2, 3]),
    mean([1, 64, 1, 129], over: [2, 3]),
    mean([1, 16, 6, 5], over: [1]),
    mean([2, 33, 3, 7], over: [1]),
    mean([2, 5, 6, 7], over: [2]),
    mean([2, 5, 6, 7], over: [3]),
    mean([2, 5, 6, 7], over: [0, 1, 2, 3]),
    mean([3, 4, 5, 6], over: [0, 2]),
    mean([2, 13, 48], over: [1]),
    mean([2, 13, 47], over: [2]),
    mean([19], over: [0]),
    localMean([1, 16, 8, 8], 3, 5),
    localMean([2, 17, 13, 11], 4, 4),
    localMean([1, 48, 29, 31], 24, 7),
    localMean([2, 3, 9, 6], 9, 6),
    localMean([1, 33, 5, 7], 1, 7),
    localMean([1, 5, 7, 1], 2, 1),
    localMean([3, 2, 4, 5], 1, 1),
    maxPool([2, 17, 16, 19], 7, 3),
    maxPool([1, 32, 6, 5], 5, 2),
    maxPool([3, 5, 1, 7], 1, 4),
  ]

  private static func mean(_ x: Shape, over axes: [Int]) -> OpCase {
    let label = "over " + axes.map(String.init).joined(separator: ",")
    return OpCase(.mean(Mean(axes: axes)), [.input(x)], label)
  }

  private static func localMean(_ x: Shape, _ height: Int, _ width: Int) -> OpCase {
    OpCase(
      .localMean(LocalMean(height: height, width: width)), [.input(x)], "of \(height)x\(width)")
  }

  private static func maxPool(_ x: Shape, _ side: Int, _ stride: Int) -> OpCase {
    OpCase(
      .maxPool(MaxPool(side: side, stride: stride)), [.input(x)], "of \(side), \(stride) apart")
  }
}
