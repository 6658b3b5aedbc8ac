import IR
import Tensors

/// Where tiles' estimates disagree, their mean varies less than each of them, and what is made of
/// it is smooth along the borders of tiles. So its deviation is enlarged there.
///
/// Estimates of one variance and with one correlation c between tiles, weighted by w, have a mean
/// whose variance is smaller by c + (1 - c) sum w^2 = 1 - (1 - c) d, where d = 1 - sum w^2 says how
/// far an element is shared. What they disagree, 1 - c, is measured: the weighted mean of squares
/// less the square of the mean is on average (1 - c) d of the variance.
///
/// The mean alone where tiles agree, and one tile's estimate as it is where d is zero.
extension TiledEstimate {
  /// Traces the mean with the energy of what it was made of.
  /// - Parameters:
  ///   - squares: the weighted mean of the estimates' squares.
  ///   - mean: of the estimates themselves.
  /// - Returns: whose disagreement is measured for every channel of every image.
  func withEnergy(of squares: Tensor, _ mean: Tensor, in trace: Trace) -> Tensor {
    let shared = trace.input("tile.shared", [1, 1, height, width])
    let averaging = trace.input("tile.shared.averaging", [1, 1, 1, 1])
    let gap = (squares - mean * mean).pooled * averaging
    let centre = (mean * shared).pooled * averaging
    let variance = (squares * shared).pooled * averaging - centre * centre
    let disagreement = (gap / (variance.relu + Self.leastVariance)).clippedToOne
    let deviation = (disagreement * shared * -1 + 1).sqrt
    // Nothing is added, not even a rounding error, where nothing is shared.
    return mean + (mean - centre) * ((deviation * -1 + 1) / deviation)
  }

  /// Keeps estimates that do not vary as they are. Those of noise have a variance near one.
  private static let leastVariance: Float = 1e-6

  /// What the energy's blend takes in every evaluation.
  var energyOperands: [String: HostTensor] {
    let (first, ramp) = (tiling.tiles[0], tiling.ramp)
    let rows = sumOfSquares(
      tiling.tiles.filter { $0.column == first.column }
        .map { $0.row.weights(in: height, reach: ramp.rows) })
    let columns = sumOfSquares(
      tiling.tiles.filter { $0.row == first.row }
        .map { $0.column.weights(in: width, reach: ramp.columns) })
    let shared = rows.flatMap { row in columns.map { 1 - row * $0 } }
    let share = shared.reduce(0) { $0 + Double($1) } / Double(shared.count)
    return [
      "tile.shared": HostTensor([1, 1, height, width], shared),
      "tile.shared.averaging": HostTensor([1, 1, 1, 1], [share > 0 ? Float(1 / share) : 0]),
    ]
  }

  /// Of the weights of tiles at each element of an axis.
  private func sumOfSquares(_ weights: [[Float]]) -> [Float] {
    weights[0].indices.map { index in weights.reduce(0) { $0 + $1[index] * $1[index] } }
  }
}

extension Tensor {
  /// Within 0 and 1.
  fileprivate var clippedToOne: Tensor { (relu * -1 + 1).relu * -1 + 1 }
}
