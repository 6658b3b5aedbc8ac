import Diffusion
import IR
import Tensors
import Testing

@testable import Execution
@testable import Restoration

@Suite struct PatchedEstimateTests {
  /// Per size, side and stride.
  private static let sizes = [(9, 13, 4, 2), (7, 8, 7, 3), (8, 11, 3, 3), (5, 17, 4, 4)]

  private static func images(_ shape: Shape) -> (x: HostTensor, y: HostTensor) {
    (
      HostTensor(shape, (0..<shape.count).map { Float($0 * 29 % 83) / 41 - 1 }),
      HostTensor(shape, (0..<shape.count).map { Float($0 * 53 % 97) / 48 - 1 })
    )
  }

  /// Of a network that adds the mean of a patch of y to twice the patch of x.
  private static func graph(_ patches: PatchedEstimate, _ shape: Shape) throws -> Graph {
    try Trace.graph { trace in
      let images = [trace.input("x", shape), trace.input("y", shape)]
      let (estimate, carried) = patches.trace(in: trace, images, channels: shape[1]) {
        $0[0] * 2 + $0[1].pooled
      }
      return Results([("estimate", estimate)] + carried)
    }
  }

  private static func estimate(_ grid: PatchGrid, limit: Int, _ shape: Shape) throws -> HostTensor {
    let patches = PatchedEstimate(grid, limit: limit)
    let plan = try Engine(.reference).plan(
      try graph(patches, shape), weights: NoWeights())
    let (x, y) = images(shape)
    let operands = patches.operands(shape).merging(["x": x, "y": y]) { $1 }
    #expect(patches.changes.count == patches.count)
    let results = try plan.run(
      operands, steps: patches.changes, carrying: PatchedEstimate.carries, reporting: { _ in })
    // The next estimate begins with nothing.
    for carry in PatchedEstimate.carries {
      #expect(results[carry.output]?.floats.allSatisfy { $0 == 0 } == true)
    }
    return try #require(results["estimate"])
  }

  /// Every pixel gets the mean over its patches, and the same bits however many are seen at once.
  @Test(arguments: sizes)
  func averagesOverPatches(_ height: Int, _ width: Int, _ side: Int, _ stride: Int) throws {
    let grid = PatchGrid(height: height, width: width, side: side, stride: stride)
    let shape: Shape = [2, 2, height, width]
    let estimate = try Self.estimate(grid, limit: 64, shape)
    for limit in [1, 2, 3, 5] {
      #expect(try Self.estimate(grid, limit: limit, shape).floats == estimate.floats)
    }
    let (x, y) = Self.images(shape)
    for (index, value) in estimate.floats.enumerated() {
      let plane = index / (height * width) * height * width
      let (row, column) = (index % (height * width) / width, index % width)
      let means = grid.rows.filter { ($0..<$0 + side).contains(row) }.flatMap { top in
        grid.columns.filter { ($0..<$0 + side).contains(column) }.map { left in
          let pixels = (top..<top + side).flatMap { i in
            (left..<left + side).map { Double(y.floats[plane + i * width + $0]) }
          }
          return pixels.reduce(0, +) / Double(pixels.count)
        }
      }
      let expected = 2 * Double(x.floats[index]) + means.reduce(0, +) / Double(means.count)
      #expect(abs(Double(value) - expected) < 1e-5)
    }
  }

  /// A larger picture takes more evaluations, not a larger graph.
  @Test func graphsDoNotGrow() throws {
    func made(_ height: Int, _ width: Int) throws -> (count: Int, nodes: Int) {
      let patches = PatchedEstimate(
        PatchGrid(height: height, width: width, side: 4, stride: 2), limit: 3)
      return (patches.count, try Self.graph(patches, [1, 1, height, width]).nodes.count)
    }
    let (small, large) = (try made(8, 8), try made(40, 38))
    #expect(large.nodes == small.nodes)
    #expect(small.count == 3 && large.count == 19 * 6)
  }
}
