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
    GraphCase("pad, 3x3, crop", [1, 3, 9, 13]) { x, w in
      let padded = x.padded(.reflect, Edges(bottom: 7, right: 3)).conv(w.conv, to: 3, kernel: 3)
      return padded.cropped(height: x.height, width: x.width)
    },
    GraphCase("a filter read twice", [1, 16, 5, 5]) { x, w in
      x.conv(w.shared, to: 16, kernel: 3).relu.conv(w.shared, to: 16, kernel: 3)
    },
  ]
}
