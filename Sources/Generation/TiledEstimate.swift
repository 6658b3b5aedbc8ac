import IR
import Pictures
import Tensors

/// A network that sees large latents tile by tile: its estimate is the mean of the tiles' ones,
/// weighted by how deep each element lies in a tile, with the energy that theirs have.
///
/// One graph serves all tiles, since what differs between them are operands: which rows and columns
/// are cut out, where they belong and their weights. The sums of the estimates and of their squares
/// grow on the device from one evaluation to the next, as carried values.
///
/// O. Bar-Tal et al., "MultiDiffusion", ICML 2023, equation 5; Á. Barbero Jiménez, "Mixture of
/// Diffusers", 2023, section 3.2.
struct TiledEstimate {
  let tiling: Tiling
  /// Of the latents.
  let height: Int
  let width: Int
  /// Rows of each map that is cut for one row of the latents.
  let scales: Set<Int>

  private static let sum = CarriedSum("tile.sum")
  private static let squares = CarriedSum("tile.squares")
  static let carries = [sum.carry, squares.carry]

  var count: Int { tiling.tiles.count }

  /// Traces the estimate as far as it has come with this tile.
  /// - Parameters:
  ///   - shape: of the whole estimate.
  ///   - network: makes an estimate for the tile, from maps that it cuts.
  /// - Returns: the estimate, which the last evaluation completes, and what the next one begins
  ///   with.
  func trace(
    in trace: Trace, shape: Shape, network: (_ cut: (Tensor) -> Tensor) -> Tensor
  ) -> (estimate: Tensor, carried: [(String, Tensor)]) {
    let answer = network { map in
      let scale = map.height / height
      let tile = tiling.tiles[0].scaled(by: scale)
      return map.picking(
        rows: trace.input("tile.rows.\(scale)", [1, 1, tile.height, 1]),
        columns: trace.input("tile.columns.\(scale)", [1, 1, tile.width, 1]))
    }
    let placed = answer.picking(
      rows: trace.input("tile.places.rows", [1, 1, height, 1]),
      columns: trace.input("tile.places.columns", [1, 1, width, 1]))
    func weighted(_ addend: Tensor) -> Tensor {
      addend * trace.input("tile.weights.rows", [1, 1, height, 1])
        * trace.input("tile.weights.columns", [1, 1, 1, width])
    }
    let sum = Self.sum.grown(by: [weighted(placed)], shape, in: trace)
    let squares = Self.squares.grown(by: [weighted(placed * placed)], shape, in: trace)
    let continues = trace.input("tile.continues", [1, 1, 1, 1])
    return (
      withEnergy(of: squares, sum, in: trace),
      [
        Self.sum.carried(sum, times: continues),
        Self.squares.carried(squares, times: continues),
      ]
    )
  }

  /// What the first evaluation takes besides what changes.
  /// - Parameter shape: of the whole estimate.
  func operands(_ shape: Shape) -> [String: HostTensor] {
    energyOperands.merging(Self.sum.start(shape)) { $1 }
      .merging(Self.squares.start(shape)) { $1 }
  }

  /// What the evaluation on one tile takes, besides the network's own operands and the sums.
  func operands(tile number: Int) -> [String: HostTensor] {
    let tile = tiling.tiles[number]
    let continues: Float = number + 1 < count ? 1 : 0
    var operands = ["tile.continues": HostTensor([1, 1, 1, 1], [continues])]
    for scale in scales {
      let scaled = tile.scaled(by: scale)
      operands["tile.rows.\(scale)"] = scaled.row.pixels.picked
      operands["tile.columns.\(scale)"] = scaled.column.pixels.picked
    }
    operands["tile.places.rows"] = tile.row.pixels.placed(in: height)
    operands["tile.places.columns"] = tile.column.pixels.placed(in: width)
    operands["tile.weights.rows"] = .column(
      tile.row.weights(in: height, reach: tiling.ramp.rows))
    let weights = tile.column.weights(in: width, reach: tiling.ramp.columns)
    operands["tile.weights.columns"] = HostTensor([1, 1, 1, width], weights)
    return operands
  }
}

extension Tiling.Span {
  /// For each element of the whole axis the nearest one of the tile.
  fileprivate func places(in length: Int) -> [Float] {
    (0..<length).map { Float(($0 - pixels.lowerBound).clamped(to: 0...pixels.count - 1)) }
  }

  /// For each element of the whole axis the weight that it has in the tile; those of all tiles sum
  /// to one.
  /// - Parameter reach: of the blend to either side of a seam.
  func weights(in length: Int, reach: Int) -> [Float] {
    let ramp = Ramp(self, length: length, reach: reach, shape: .turning)
    return (0..<length).map { ramp.pixels.contains($0) ? ramp[$0] : 0 }
  }
}
