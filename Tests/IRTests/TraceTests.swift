import IR
import Tensors
import Testing

@Suite struct TraceTests {
  @Test func derivesShapesAndManifest() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("image", [2, 3, 9, 7])
      let y = x.conv(trace.weights.intro, to: 8, kernel: 3)
        .conv(trace.weights.downs[0], to: 16, kernel: 2, stride: 2, bias: false)
      return ["output": y]
    }
    #expect(graph[graph.outputs[0].value].shape == [2, 16, 4, 3])
    #expect(
      graph.manifest.entries == [
        Manifest.Entry(path: "intro.weight", shape: [8, 3, 3, 3]),
        Manifest.Entry(path: "intro.bias", shape: [8]),
        Manifest.Entry(path: "downs.0.weight", shape: [16, 8, 2, 2]),
      ])
    #expect(graph.manifest.parameterCount == 216 + 8 + 512)
    #expect(graph.inputs.map(\.name) == ["image"])
    #expect(graph.flops == 2 * (2 * 8 * 63 * 27) + 2 * (2 * 16 * 12 * 32))
  }

  @Test func reportsTheFirstMisfitWithItsPlace() {
    let fault = #expect(throws: Fault.self) {
      try Trace.graph { trace in
        let x = trace.input("x", [1, 3, 8, 8])
        let y = x.conv(trace.weights.encoders[2].conv1, to: 4, kernel: 9, padding: 0)
        return ["y": y.conv(trace.weights.later, to: 5, groups: 3).gelu + x]
      }
    }
    #expect(fault?.op == "convolution")
    #expect(fault?.path == "encoders.2.conv1")
    #expect(fault?.operands == [[1, 3, 8, 8], [4, 3, 9, 9], [4]])
    #expect(fault?.reason == "the kernel is larger than the image")
  }

  @Test func sharesARepeatedParameterAndRefusesItWithAnotherShape() throws {
    let shared = try Trace.graph { trace in
      let w = trace.weights.scale
      return ["y": trace.input("x", [1, 4]) * w(4) + w(4)]
    }
    #expect(shared.manifest.entries.count == 1)

    let fault = #expect(throws: Fault.self) {
      try Trace.graph { trace in
        let w = trace.weights.scale
        return ["y": trace.input("x", [1, 4]) * w(4) + w(1)]
      }
    }
    #expect(fault?.path == "scale")
  }

  @Test(arguments: [[0], [1, -1], [Int.max, 2], [1, 1, 1, 1, 1, 1, 1, 1, 1]])
  func refusesUnusableInputShapes(extents: [Int]) {
    #expect(throws: Fault.self) {
      try Trace.graph { ["y": $0.input("x", Shape(extents)).relu] }
    }
  }

  @Test func countsUsersOnce() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [3])
      return ["y": x * x + x]
    }
    #expect(graph.users[0] == [Graph.Value(1), Graph.Value(2)])
  }
}
