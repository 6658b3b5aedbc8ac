import Diffusion
import IR
import ReferenceExecutor
import Tensors
import Testing

@Suite struct PatchGridTests {
  @Test func endsAtTheBorder() {
    let grid = PatchGrid(height: 64, width: 100)
    #expect(grid.rows == [0])
    #expect(grid.columns == [0, 16, 32, 36])
    #expect(grid.count == 4)
    #expect(PatchGrid(height: 96, width: 65).rows == [0, 16, 32])
    #expect(PatchGrid(height: 96, width: 65).columns == [0, 1])
  }

  /// Per size, side, stride, and patches per call.
  private static let sizes = [
    (9, 13, 4, 2, 5), (7, 7, 7, 3, 64), (8, 11, 3, 3, 1), (5, 17, 4, 4, 3),
  ]

  /// Where the network adds the patch's mean, every pixel gets the mean over its patches.
  @Test(arguments: sizes)
  func averagesOverPatches(_ height: Int, _ width: Int, _ side: Int, _ stride: Int, _ limit: Int)
    throws
  {
    let grid = PatchGrid(height: height, width: width, side: side, stride: stride)
    let shape: Shape = [2, 2, height, width]
    let x = (0..<shape.count).map { Float($0 * 29 % 83) / 41 - 1 }
    let y = (0..<shape.count).map { Float($0 * 53 % 97) / 48 - 1 }
    let graph = try Trace.graph { trace in
      let images = [trace.input("x", shape), trace.input("y", shape)]
      let averaging = trace.input("averaging", [1, 1, height, width])
      let estimate = grid.estimate(images, averaging: averaging, limit: limit) { patches in
        patches[0] * 2 + patches[1].pooled
      }
      return ["estimate": estimate]
    }
    let estimate = try ReferenceExecutor().prepare(graph, weights: NoWeights()).run([
      "x": HostTensor(shape, x), "y": HostTensor(shape, y), "averaging": grid.averaging,
    ])["estimate"]!
    #expect(estimate.shape == shape)
    for (index, value) in estimate.floats.enumerated() {
      let plane = index / (height * width) * height * width
      let (row, column) = (index % (height * width) / width, index % width)
      let means = grid.rows.filter { ($0..<$0 + side).contains(row) }.flatMap { top in
        grid.columns.filter { ($0..<$0 + side).contains(column) }.map { left in
          let pixels = (top..<top + side).flatMap { i in
            (left..<left + side).map { Double(y[plane + i * width + $0]) }
          }
          return pixels.reduce(0, +) / Double(pixels.count)
        }
      }
      let expected = 2 * Double(x[index]) + means.reduce(0, +) / Double(means.count)
      #expect(abs(Double(value) - expected) < 1e-5)
    }
  }
}
