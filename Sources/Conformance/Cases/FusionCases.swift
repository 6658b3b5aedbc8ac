import IR
import Tensors

/// Neighbours that are worth fusing, in the spellings that networks use.
package enum FusionCases {
  package static let all: [GraphCase] = shapes.flatMap(patterns)

  private static let shapes: [Shape] = [
    [1, 16, 8, 8], [2, 20, 7, 5], [1, 127, 4, 3], [3, 32, 1, 1], [1, 48, 13, 17],
  ]

  private static func patterns(_ shape: Shape) -> [GraphCase] {
    convolutions(shape) + gates(shape) + scales(shape)
  }

  private static func convolutions(_ shape: Shape) -> [GraphCase] {
    let c = shape[1]
    return [
      GraphCase("layerNorm, pointwise", shape) { x, w in
        x.layerNorm(w.norm, epsilon: 1e-6).conv(w.conv, to: 2 * c)
      },
      GraphCase("biasFree norm, pointwise", shape) { x, w in
        x.layerNorm(w.norm, epsilon: 1e-5, bias: false).conv(w.conv, to: 3 * c, bias: false)
      },
      GraphCase("3x3, gelu", shape) { x, w in x.conv(w.conv, to: c, kernel: 3).gelu },
      GraphCase("3x3, relu", shape) { x, w in x.conv(w.conv, to: 24, kernel: 3).relu },
      GraphCase("pointwise, silu", shape) { x, w in x.conv(w.conv, to: 33).silu },
      GraphCase("3x3, prelu, 3x3, leaky relu", shape) { x, w in
        x.conv(w.first, to: 18, kernel: 3).prelu(w.slope).conv(w.second, to: c, kernel: 3)
          .leakyRelu(0.2)
      },
      GraphCase("3x3, plus input", shape) { x, w in x + x.conv(w.conv, to: c, kernel: 3) },
      GraphCase("pointwise, pixelShuffle, plus skip", shape) { x, w in
        let up = x.conv(w.up, to: 4 * c, bias: false).pixelShuffled(2)
        return up + x.resized(.nearest, height: 2 * x.height, width: 2 * x.width)
      },
      GraphCase("enlarged, 3x3, relu", shape) { x, w in
        x.resized(.nearest, height: 3 * x.height, width: 3 * x.width)
          .conv(w.conv, to: 18, kernel: 3).relu
      },
      GraphCase("3x3, pixelUnshuffle, 3x3", shape) { x, w in
        x.padded(.zero, Edges(bottom: x.height % 2, right: x.width % 2))
          .conv(w.first, to: 6, kernel: 3).pixelUnshuffled(2).conv(w.second, to: c, kernel: 3)
      },
    ]
  }

  private static func gates(_ shape: Shape) -> [GraphCase] {
    let c = shape[1]
    return [
      GraphCase("pointwise, gate", shape) { x, w in gate(x.conv(w.conv, to: 2 * c)) },
      GraphCase("depthwise, gate", shape) { x, w in
        gate(x.conv(w.wide, to: 2 * c).conv(w.deep, to: 2 * c, kernel: 3, groups: 2 * c))
      },
      GraphCase("depthwise, gate, pooled", shape) { x, w in
        gate(x.conv(w.wide, to: 2 * c).conv(w.deep, to: 2 * c, kernel: 3, groups: 2 * c)).pooled
      },
      GraphCase("depthwise, gelu gate, pointwise", shape) { x, w in
        let parts = x.conv(w.wide, to: 2 * c, bias: false)
          .conv(w.deep, to: 2 * c, kernel: 3, groups: 2 * c, bias: false).split(2)
        return (parts[0].gelu * parts[1]).conv(w.out, to: c, bias: false)
      },
    ]
  }

  private static func scales(_ shape: Shape) -> [GraphCase] {
    let c = shape[1]
    return [
      GraphCase("channel attention, pointwise", shape) { x, w in
        (x * x.pooled.conv(w.attention, to: c)).conv(w.out, to: c)
      },
      GraphCase("squeeze and excite", shape) { x, w in
        x * x.pooled.conv(w.down, to: 5).relu.conv(w.up, to: c).sigmoid
      },
      GraphCase("pointwise, scale, residual", shape) { x, w in
        x + x.conv(w.conv, to: c) * w.beta(1, c, 1, 1)
      },
      GraphCase("scale, residual, scale, residual", shape) { x, w in
        let y = x + x.conv(w.first, to: c) * w.beta(1, c, 1, 1)
        return y + y.conv(w.second, to: c) * w.gamma(1, c, 1, 1)
      },
      GraphCase("affine chain", shape) { x, _ in ((x * 2 + -1).sigmoid * 0.5 + 0.25) * x },
    ]
  }

  private static func gate(_ x: Tensor) -> Tensor {
    let parts = x.split(2)
    return parts[0] * parts[1]
  }
}
