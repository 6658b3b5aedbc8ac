import Diffusion
import Generation
import IR
import Tensors

/// A network that sees overlapping patches of an image: its estimate is the mean of the patches'.
///
/// One graph serves an image of any size. It holds a few patches of one row of the grid; which ones
/// they are, and where they belong, are operands. Two sums grow on the device from one evaluation
/// to the next, always from left to right and from top to bottom: that of a row's patches, and that
/// of the rows.
///
/// O. Özdenizci, R. Legenstein, "Restoring Vision in Adverse Weather Conditions with Patch-Based
/// Denoising Diffusion Models", TPAMI 2023, algorithm 2.
struct PatchedEstimate {
  let grid: PatchGrid
  /// Evaluations for each row of the grid.
  private let groups: Int
  /// Patches of an evaluation. Where a row has fewer left, its last one is seen again and not
  /// counted.
  private let size: Int

  private static let row = CarriedSum("patch.row")
  private static let sum = CarriedSum("patch.sum")
  static let carries = [row.carry, sum.carry]

  /// - Parameter limit: of patches that the network sees at once.
  init(_ grid: PatchGrid, limit: Int) {
    self.grid = grid
    let columns = grid.columns.count
    groups = (columns + limit - 1) / limit
    size = (columns + groups - 1) / groups
  }

  /// Evaluations for an image.
  var count: Int { grid.rows.count * groups }

  /// Traces the estimate as far as it has come with these patches.
  /// - Parameters:
  ///   - images: (N, C, H, W) each; all are cut alike.
  ///   - channels: of the estimate.
  ///   - network: from patches (P N, C, side, side), ordered by patch and then by image.
  /// - Returns: the estimate, which the last evaluation completes, and what the next one begins
  ///   with.
  func trace(
    in trace: Trace, _ images: [Tensor], channels: Int, network: ([Tensor]) -> Tensor
  ) -> (estimate: Tensor, carried: [(String, Tensor)]) {
    let (batch, height, width) = (images[0].batch, grid.height, grid.width)
    let rows = trace.input("patch.rows", [1, 1, grid.side, 1])
    let columns = trace.input("patch.columns", [1, 1, size * grid.side, 1])
    let answers = network(images.map { patches(of: $0.picking(rows: rows, columns: columns)) })
    let addends = (0..<size).map { place in
      let answer = answers.sliced(axis: 0, from: place * batch, count: batch)
      let placed = answer.picking(
        columns: trace.input("patch.places.\(place)", [1, 1, width, 1]))
      return placed * trace.input("patch.weights.\(place)", [1, 1, 1, width])
    }
    let row = Self.row.grown(by: addends, [batch, channels, grid.side, width], in: trace)
    let placed = row.picking(rows: trace.input("patch.row.places", [1, 1, height, 1]))
    let weighted = placed * trace.input("patch.row.weights", [1, 1, height, 1])
    let sum = Self.sum.grown(by: [weighted], [batch, channels, height, width], in: trace)
    let scalar: Shape = [1, 1, 1, 1]
    return (
      sum * trace.input("patch.averaging", [1, 1, height, width]),
      [
        Self.row.carried(row, times: trace.input("patch.row.continues", scalar)),
        Self.sum.carried(sum, times: trace.input("patch.sum.continues", scalar)),
      ]
    )
  }

  /// Patches side by side as patches one after the other.
  private func patches(of band: Tensor) -> Tensor {
    let patches = (0..<size).map {
      band.sliced(axis: 3, from: $0 * grid.side, count: grid.side)
    }
    guard size > 1 else { return patches[0] }
    return patches[0].apply(.concatenation(Concatenation(axis: 0)), Array(patches.dropFirst()))
  }
}

extension PatchedEstimate {
  /// What the first evaluation takes besides what changes.
  /// - Parameter shape: of the estimate.
  func operands(_ shape: Shape) -> [String: HostTensor] {
    ["patch.averaging": grid.averaging].merging(Self.sum.start(shape)) { $1 }
      .merging(Self.row.start(shape.replacing(2, with: grid.side))) { $1 }
  }

  /// What each evaluation of an image takes, in order.
  var changes: [[String: HostTensor]] {
    let columns = (0..<groups).map(columnOperands)
    return grid.rows.indices.flatMap { row in
      (0..<groups).map { group in
        let ends = group == groups - 1
        return columns[group].merging(rowOperands(row, ends: ends)) { $1 }
      }
    }
  }

  private func columnOperands(_ group: Int) -> [String: HostTensor] {
    let numbers = (0..<size).map { group * size + $0 }
    let starts = numbers.map { grid.columns[min($0, grid.columns.count - 1)] }
    var operands = [
      "patch.columns": HostTensor.column(
        starts.flatMap { start in (start..<start + grid.side).map { Float($0) } })
    ]
    for (index, start) in starts.enumerated() {
      let counts = numbers[index] < grid.columns.count
      operands["patch.places.\(index)"] = (start..<start + grid.side).placed(in: grid.width)
      operands["patch.weights.\(index)"] = HostTensor(
        [1, 1, 1, grid.width], weights(from: start, in: grid.width, counts: counts))
    }
    return operands
  }

  /// - Parameter ends: whether the row has all of its patches now.
  private func rowOperands(_ row: Int, ends: Bool) -> [String: HostTensor] {
    let start = grid.rows[row]
    let isLast = ends && row == grid.rows.count - 1
    return [
      "patch.rows": (start..<start + grid.side).picked,
      "patch.row.places": (start..<start + grid.side).placed(in: grid.height),
      "patch.row.weights": .column(weights(from: start, in: grid.height, counts: ends)),
      "patch.row.continues": HostTensor([1, 1, 1, 1], [ends ? 0 : 1]),
      "patch.sum.continues": HostTensor([1, 1, 1, 1], [isLast ? 0 : 1]),
    ]
  }

  /// For each pixel of an axis the nearest one of a patch.
  private func places(from start: Int, in length: Int) -> [Float] {
    (0..<length).map { Float(($0 - start).clamped(to: 0...grid.side - 1)) }
  }

  /// For each pixel of an axis whether a patch lies over it.
  private func weights(from start: Int, in length: Int, counts: Bool) -> [Float] {
    (0..<length).map { counts && (start..<start + grid.side).contains($0) ? 1 : 0 }
  }
}
