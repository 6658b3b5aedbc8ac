import IR
import Tensors

/// Convolutions with enough channels for Winograd's form.
package enum WinogradCases {
  package static let all: [GraphCase] = many + few

  /// With enough tiles to transform filters beforehand, and all that the products absorb.
  private static let many: [GraphCase] =
    ([[1, 32, 16, 16], [2, 33, 13, 19], [1, 49, 14, 17], [3, 24, 15, 13]] as [Shape]).flatMap {
      shape in
      let c = shape[1]
      return [
        GraphCase("wide 3x3, plus input", shape) { x, w in x + x.conv(w.conv, to: c, kernel: 3) },
        GraphCase("wide 3x3, to 67, gelu", shape) { x, w in
          x.conv(w.conv, to: 67, kernel: 3, bias: false).gelu
        },
        GraphCase("wide 3x3, pixelShuffle, plus skip", shape) { x, w in
          x.conv(w.up, to: 4 * c, kernel: 3).pixelShuffled(2)
            + x.resized(.nearest, height: 2 * x.height, width: 2 * x.width)
        },
        GraphCase("channel attention, wide 3x3", shape) { x, w in
          (x * x.pooled.conv(w.attention, to: c)).conv(w.out, to: 96, kernel: 3)
        },
        GraphCase("enlarged, wide 3x3", shape) { x, w in
          x.resized(.nearest, height: 2 * x.height, width: 2 * x.width)
            .conv(w.out, to: c, kernel: 3)
        },
        GraphCase("wide 3x3, unpadded", shape) { x, w in
          x.conv(w.out, to: 24, kernel: 3, padding: 0)
        },
      ]
    }

  /// Where few tiles share a filter: 4, 6 and, in three images, 18.
  private static let few: [GraphCase] =
    ([[1, 33, 8, 7], [1, 49, 7, 9], [3, 40, 7, 9]] as [Shape]).flatMap { shape in
      let c = shape[1]
      return [
        GraphCase("wide 3x3 of few tiles, plus input", shape) { x, w in
          x + x.conv(w.conv, to: c, kernel: 3)
        },
        GraphCase("wide 3x3 of few tiles, to 130, gelu", shape) { x, w in
          x.conv(w.conv, to: 130, kernel: 3, bias: false).gelu
        },
        GraphCase("wide 3x3 of few tiles, pixelShuffle", shape) { x, w in
          x.conv(w.up, to: 4 * c, kernel: 3).pixelShuffled(2)
        },
      ]
    }
}
