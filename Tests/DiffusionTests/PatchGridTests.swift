import Diffusion
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

  /// Every pixel's factor is one by the number of patches over it.
  @Test(arguments: [(9, 13, 4, 2), (7, 7, 7, 3), (8, 11, 3, 3), (5, 17, 4, 4)])
  func countsPatches(_ height: Int, _ width: Int, _ side: Int, _ stride: Int) {
    let grid = PatchGrid(height: height, width: width, side: side, stride: stride)
    for (index, factor) in grid.averaging.floats.enumerated() {
      let (row, column) = (index / width, index % width)
      let count =
        grid.rows.count { ($0..<$0 + side).contains(row) }
        * grid.columns.count { ($0..<$0 + side).contains(column) }
      #expect(factor == 1 / Float(count))
    }
  }
}
