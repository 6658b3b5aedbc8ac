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

  static let attentions = [
    map("attention of 8 heads", 320, 48, 48) { x in
      OpCase(.attention(Attention(heads: 8, scale: 0.158)), [.input(x), .input(x), .input(x)])
    },
    map("attention of 8 heads to 77 tokens", 640, 32, 32) { x in
      let tokens: Shape = [x[0], x[1], 77, 1]
      return OpCase(
        .attention(Attention(heads: 8, scale: 0.112)),
        [.input(x), .input(tokens), .input(tokens)])
    },
    map("attention within windows of 8x8", 180, 64, 64) { x in
      let windows = Windows(height: 8, width: 8, .shifted(down: 4, right: 4))
      return OpCase(
        .windowAttention(WindowAttention(heads: 6, scale: 0.183, windows: windows)),
        [.input(x), .input(x), .input(x), .weight(Shape([6] + windows.tableExtents))])
    },
  ]

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
