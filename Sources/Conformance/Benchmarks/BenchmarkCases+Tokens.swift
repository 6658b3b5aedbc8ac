import IR
import Tensors

extension BenchmarkCases {
  static let normalizations = [
    map("layer norm", 48, 256, 256) { x in
      OpCase(
        .normalization(Normalization(.layer, axis: 1, epsilon: 1e-6)),
        [.input(x), .weight([x[1]]), .weight([x[1]])])
    },
    map("layer norm", 384, 32, 32) { x in
      OpCase(
        .normalization(Normalization(.layer, axis: 1, epsilon: 1e-6)),
        [.input(x), .weight([x[1]]), .weight([x[1]])])
    },
    map("group norm scale", 320, 64, 64) { x in
      OpCase(
        .groupNormCoefficient(GroupNormCoefficient(.scale, groups: 32, epsilon: 1e-6)),
        [.input(x), .weight([x[1]]), .weight([x[1]])])
    },
    map("mean of pixels", 96, 128, 128) { x in OpCase(.mean(Mean(axes: [2, 3])), [.input(x)]) },
    map("softmax of channels", 64, 64, 64) { x in
      OpCase(.softmax(Softmax(axis: 1)), [.input(x)])
    },
  ]

  /// Of matrices that are both computed: rows and columns are the pixels of the size.
  static let products = [64, 320].map { depth in
    BenchmarkCase("product of depth \(depth)", 32, 32) { extents in
      let tokens = extents.height * extents.width
      return OpCase(
        .matmul(Matmul(transposesSecond: true)),
        [.input([extents.batch, tokens, depth]), .input([extents.batch, tokens, depth])])
    }
  }

  /// Of diffusion networks and their decoder: heads, channels of a head, side of the map.
  static let attentions =
    [(8, 40, 64), (8, 80, 32), (8, 160, 16), (10, 64, 32), (20, 64, 16), (1, 512, 64)]
    .map { heads, channels, side in attention(heads: heads, channels: channels, side: side) }
    + [(8, 40, 64), (8, 80, 32)].map { heads, channels, side in
      attention(heads: heads, channels: channels, side: side, keys: 77)
    } + [windowed]

  private static let windowed = map("attention within windows of 8x8", 180, 64, 64) { x in
    let windows = Windows(height: 8, width: 8, .shifted(down: 4, right: 4))
    return OpCase(
      .windowAttention(WindowAttention(heads: 6, scale: 0.183, windows: windows)),
      [.input(x), .input(x), .input(x), .weight(Shape([6] + windows.tableExtents))])
  }

  /// - Parameter keys: tokens of a text; nil for the map's own pixels.
  private static func attention(
    heads: Int, channels: Int, side: Int, keys: Int? = nil
  ) -> BenchmarkCase {
    let name = "attention of \(heads) heads" + (keys.map { " to \($0) tokens" } ?? "")
    return map(name, heads * channels, side, side) { x in
      let tokens = keys.map { [x[0], x[1], $0, 1] } ?? x
      return OpCase(
        .attention(Attention(heads: heads, scale: 1 / Float(channels).squareRoot())),
        [.input(x), .input(tokens), .input(tokens)])
    }
  }

  /// An op on a feature map.
  static func map(
    _ name: String, _ channels: Int, _ height: Int, _ width: Int,
    _ make: @escaping @Sendable (Shape) -> OpCase
  ) -> BenchmarkCase {
    BenchmarkCase("\(name), \(channels)", height, width) { extents in
      make([extents.batch, channels, extents.height, extents.width])
    }
  }
}
