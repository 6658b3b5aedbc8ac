import IR
import Tensors

/// Graphs whose shape, not whose ops, could trip a planner: several inputs and outputs, values
/// read often or late, outputs that are inputs, views of views.
package enum StructureCases {
  package static let all: [GraphCase] = [
    GraphCase("two inputs, three outputs") { trace in
      let a = trace.input("a", [2, 17, 4, 5])
      let b = trace.input("b", [2, 17, 4, 5])
      let sum = a + b
      return ["sum": sum, "gelu": sum.gelu, "difference": a - b]
    },
    GraphCase("an input is an output") { trace in
      let x = trace.input("x", [1, 5, 3, 4])
      return ["same": x, "twice": x * 2]
    },
    GraphCase("a parameter is an output") { trace in
      let scale = trace.weights.scale(1, 20, 1, 1)
      return ["scale": scale, "scaled": trace.input("x", [1, 20, 3, 4]) * scale]
    },
    GraphCase("one value under two names") { trace in
      let y = trace.input("x", [1, 7, 3, 3]).silu
      return ["first": y, "second": y]
    },
    GraphCase("an unused input") { trace in
      _ = trace.input("unused", [1, 3, 2, 2])
      return ["result": trace.input("x", [1, 3, 2, 2]).relu]
    },
    GraphCase("a value and its square", [1, 20, 5, 3]) { x, _ in x * x + x },
    GraphCase("a value read late", [1, 16, 6, 7]) { x, w in
      let early = x.conv(w.early, to: 16)
      let long = (0..<5).reduce(early) { y, i in y.conv(w.steps[i], to: 16, kernel: 3).gelu }
      return early + long
    },
    GraphCase("reshaped output", [2, 20, 3, 5]) { x, w in
      x.conv(w.conv, to: 21).reshaped(2, 7, 45)
    },
    GraphCase("slices of a slice", [1, 37, 4, 3]) { x, _ in
      let inner = x.sliced(axis: 1, from: 3, count: 31)
      return inner.sliced(axis: 1, from: 2, count: 17)
        + inner.sliced(axis: 1, from: 14, count: 17)
    },
    GraphCase("concatenation of slices", [2, 40, 3, 3]) { x, w in
      let parts = x.split(4)
      return parts[2].concatenated(with: parts[0], parts[3].sigmoid).conv(w.conv, to: 9)
    },
    GraphCase("a dense block", [2, 32, 9, 13]) { x, w in
      let seen = (0..<3).reduce(x) { seen, i in
        seen.concatenated(with: seen.conv(w.layers[i], to: 16, kernel: 3).leakyRelu(0.2))
      }
      return x + seen.conv(w.out, to: 32, kernel: 3) * 0.2
    },
    GraphCase("a concatenation of a sum, an input and odd channels", [1, 16, 5, 7]) { x, w in
      let y = x.conv(w.first, to: 32)
      let sum = y + y.conv(w.second, to: 32, kernel: 3)
      let all = sum.concatenated(with: x, y.conv(w.third, to: 13))
      return all.conv(w.out, to: 20) + all.concatenated(with: y).conv(w.wide, to: 20)
    },
    GraphCase("a skip past a lower level", [1, 16, 8, 6]) { x, w in
      let high = x.conv(w.first, to: 16, kernel: 3).relu
      let low = high.conv(w.down, to: 32, kernel: 2, stride: 2).gelu
      let skip = low.conv(w.up, to: 64).pixelShuffled(2).concatenated(with: high)
      return skip.layerNorm(w.norm, epsilon: 1e-5).conv(w.out, to: 17)
        + skip.sliced(
          axis: 1, from: 0, count: 17)
    },
    GraphCase("lanes of a wide map", [2, 24, 7, 5]) { x, w in
      let parts = x.conv(w.wide, to: 80).split(5)
      let sum = parts[1].conv(w.first, to: 16, kernel: 3) + parts[4] * parts[0].sigmoid
      return sum.concatenated(with: parts[3].relu, parts[2]).conv(w.out, to: 9)
    },
    GraphCase("pad, 3x3, crop", [1, 3, 9, 13]) { x, w in
      let padded = x.padded(.reflect, Edges(bottom: 7, right: 3)).conv(w.conv, to: 3, kernel: 3)
      return padded.cropped(height: x.height, width: x.width)
    },
    GraphCase("a filter read twice", [1, 16, 5, 5]) { x, w in
      x.conv(w.shared, to: 16, kernel: 3).relu.conv(w.shared, to: 16, kernel: 3)
    },
  ]
}
