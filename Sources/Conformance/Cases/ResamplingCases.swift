import IR
import Tensors

package enum ResamplingCases {
  package static let all: [OpCase] = shuffles + unshuffles + resizes

  private static let shuffles: [OpCase] = [
    shuffle([1, 64, 4, 4], 2),
    shuffle([1, 68, 3, 5], 2),
    shuffle([2, 12, 7, 3], 2),
    shuffle([1, 4, 1, 1], 2),
    shuffle([1, 27, 5, 2], 3),
    shuffle([1, 48, 3, 4], 4),
    shuffle([2, 17, 3, 4], 1),
  ]

  private static let unshuffles: [OpCase] = [
    unshuffle([1, 16, 8, 8], 2),
    unshuffle([1, 17, 6, 10], 2),
    unshuffle([2, 3, 14, 6], 2),
    unshuffle([1, 1, 2, 2], 2),
    unshuffle([1, 3, 9, 6], 3),
    unshuffle([1, 3, 8, 12], 4),
  ]

  private static let resizes: [OpCase] = ([.nearest, .bilinear] as [Resize.Mode]).flatMap { mode in
    [
      resize(mode, [1, 16, 4, 5], 8, 10),
      resize(mode, [2, 17, 7, 3], 14, 6),
      resize(mode, [1, 3, 5, 7], 13, 11),
      resize(mode, [1, 20, 12, 9], 5, 4),
      resize(mode, [1, 3, 8, 8], 4, 4),
      resize(mode, [1, 5, 1, 1], 3, 4),
      resize(mode, [1, 5, 6, 7], 1, 1),
      resize(mode, [1, 5, 6, 7], 6, 7),
    ]
  }

  private static func shuffle(_ x: Shape, _ factor: Int) -> OpCase {
    OpCase(.pixelShuffle(PixelShuffle(factor: factor)), [.input(x)], "by \(factor)")
  }

  private static func unshuffle(_ x: Shape, _ factor: Int) -> OpCase {
    OpCase(.pixelUnshuffle(PixelUnshuffle(factor: factor)), [.input(x)], "by \(factor)")
  }

  private static func resize(_ mode: Resize.Mode, _ x: Shape, _ height: Int, _ width: Int)
    -> OpCase
  {
    OpCase(
      .resize(Resize(mode, height: height, width: width)), [.input(x)],
      "\(mode) to \(height)x\(width)")
  }
}
