import IR
import Tensors

extension BenchmarkCases {
  static let elementwise = [
    map("gelu", 48, 256, 256) { x in OpCase(.unary(.gelu), [.input(x)]) },
    map("silu", 320, 64, 64) { x in OpCase(.unary(.silu), [.input(x)]) },
    map("add", 48, 256, 256) { x in OpCase(.binary(.add), [.input(x), .input(x)]) },
    map("scale of channels", 96, 128, 128) { x in
      OpCase(.binary(.multiply), [.input(x), .input([x[0], x[1], 1, 1])])
    },
  ]

  static let movement = [
    map("concatenation", 48, 128, 128) { x in
      OpCase(.concatenation(Concatenation(axis: 1)), [.input(x), .input(x)])
    },
    map("reflect padding", 48, 128, 128) { x in
      OpCase(.padding(Padding(.reflect, .all(8))), [.input(x)])
    },
    map("pixel shuffle", 192, 128, 128) { x in
      OpCase(.pixelShuffle(PixelShuffle(factor: 2)), [.input(x)])
    },
    map("bilinear resize to twice", 48, 96, 96) { x in
      OpCase(.resize(Resize(.bilinear, height: 2 * x[2], width: 2 * x[3])), [.input(x)])
    },
    map("nearest resize to twice", 320, 32, 32) { x in
      OpCase(.resize(Resize(.nearest, height: 2 * x[2], width: 2 * x[3])), [.input(x)])
    },
    map("transpose", 64, 128, 128) { x in
      OpCase(.transpose(Transpose([0, 2, 3, 1])), [.input(x)])
    },
  ]
}
