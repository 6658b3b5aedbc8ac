import IR
import Tensors

/// Finds for every cell of a map the cell of another map that resembles it most: first the place
/// that each block of cells is like, then each cell's match in a window around that place.
///
/// Lin, Yue et al., "Improving Image Restoration through Removing Degradations in Textual
/// Representations", CVPR 2024, section 3.3; after MASA-SR (CVPR 2021), whose patches are unfolded
/// there. Here products of single cells are summed over the patches instead.
struct PatchMatching {
  /// Cells along the side of a block.
  static let side = 8
  /// Distances of the cells that a block's centre is compared by.
  private static let dilations = [1, 2, 3]
  /// How much larger than a block's share of the other map the search window is.
  private static let enlargement = 1.5

  /// The map, (N, C, 8 `rows`, 8 `columns`), and the one that is searched, (N, C, H, W).
  let own: Tensor
  let other: Tensor
  let rows: Int
  let columns: Int

  init(of own: Tensor, in other: Tensor) {
    self.own = own
    self.other = other
    rows = max(own.height / Self.side, 1)
    columns = max(own.width / Self.side, 1)
  }

  private var blocks: Int { rows * columns }

  /// For every cell of every block, (N blocks, 64, 1): the row-major number of the cell in the
  /// other map that matches it, and the cosine between the 3 x 3 cells around both.
  func matches() -> (cells: Tensor, confidence: Tensor) {
    let window = SearchWindow(
      mapHeight: other.height, mapWidth: other.width,
      height: windowSide(other.height, share: rows), width: windowSide(other.width, share: columns))
    let centres = coarseMatches()
    let places = centres.apply(.searchWindow(window))
    let similarity = similarity(to: window, at: places)
    let picks = similarity.argmax(axis: 2)
    let count = picks.shape[0] * picks.shape[1]
    let confidence = similarity.reshaped(count, 1, similarity.shape[2], 1)
      .gathered(at: picks.reshaped(count, 1, 1, 1)).reshaped(picks.shape[0], picks.shape[1], 1)
    return (centres.apply(.searchWindow(window), [picks]), confidence)
  }

  private func windowSide(_ extent: Int, share: Int) -> Int {
    2 * Int(Double(extent / (2 * share)) * Self.enlargement) + 1
  }

  // MARK: Blocks

  /// The cell that every block's centre resembles most, (N, blocks, 1): the sum of the cosines of
  /// 3 x 3 cells at all dilations decides, beyond the borders being zero.
  private func coarseMatches() -> Tensor {
    let total = Self.dilations.map(cosines).total
    return total.reshaped(own.batch, blocks, other.height * other.width).argmax(axis: 2)
  }

  /// Cosines (N, blocks, H, W) between the blocks' centres and all cells at one dilation.
  private func cosines(dilation: Int) -> Tensor {
    let (n, height, width) = (own.batch, other.height, other.width)
    let taps = [-1, 0, 1].flatMap { y in [-1, 0, 1].map { (dilation * y, dilation * $0) } }
    let samples = taps.map { sample(own, at: $0) }
    let queries = samples.concatenated(alongAxis: 1)
    let keys = other.reshaped(n, other.channels, height * width).transposed(0, 2, 1)
    let products = queries.times(transposed: keys)
    let (energy, otherEnergy) = (own.cellEnergy, other.cellEnergy)
    let sums = taps.enumerated().map { index, tap in
      products.sliced(axis: 1, from: index * blocks, count: blocks)
        .reshaped(n, blocks, height, width).moved(rows: tap.0, columns: tap.1)
    }
    let ownLength = taps.map { sample(energy, at: $0) }.total.length
    let otherLength = taps.map { otherEnergy.moved(rows: $0.0, columns: $0.1) }.total.length
    return sums.total / ownLength.reshaped(n, blocks, 1, 1) / otherLength
  }

  /// One cell of every block, beside its centre: (N, blocks, C).
  private func sample(_ map: Tensor, at offset: (y: Int, x: Int)) -> Tensor {
    let centre = Self.side / 2
    return map.reshaped(map.batch, map.channels, rows, Self.side, columns, Self.side)
      .sliced(axis: 3, from: centre + offset.y, count: 1)
      .sliced(axis: 5, from: centre + offset.x, count: 1)
      .reshaped(map.batch, map.channels, blocks).transposed(0, 2, 1)
  }

  // MARK: Cells

  /// Cosines (N blocks, 64, cells of the window) between 3 x 3 cells of the blocks and of the
  /// windows whose cells are at `places`.
  private func similarity(to window: SearchWindow, at places: Tensor) -> Tensor {
    let (all, reach) = (own.batch * blocks, Self.side + 2)
    let (height, width) = (window.height + 2, window.width + 2)
    let cells = windows(of: other, at: places, count: height * width)
    let products = haloed(own).times(transposed: cells)
      .reshaped(all, reach, reach, height, width)
      .diagonal(1, 3).diagonal(2, 4)
    let ownLength = haloed(own.cellEnergy).reshaped(all, 1, reach, reach).neighbourhood.length
    let windowLength = windows(of: other.cellEnergy, at: places, count: height * width)
      .reshaped(all, 1, height, width).neighbourhood.length
    let cosines =
      products / ownLength.reshaped(all, Self.side, Self.side, 1, 1)
      / windowLength.reshaped(all, 1, 1, window.height, window.width)
    return cosines.reshaped(all, Self.side * Self.side, window.height * window.width)
  }

  /// The cells of every block's window, (N blocks, `count`, C).
  private func windows(of map: Tensor, at places: Tensor, count: Int) -> Tensor {
    map.gathered(at: places).transposed(0, 2, 3, 1)
      .reshaped(map.batch * blocks, count, map.channels)
  }

  /// The cells of every block and those around it, the map's borders repeated: (N blocks, 100, C).
  private func haloed(_ map: Tensor) -> Tensor {
    let (reach, c) = (Self.side + 2, map.channels)
    let padded = map.padded(.replicate, .all(1))
    let tall = padded.overlapping(axis: 2, blocks: rows, side: Self.side)
      .reshaped(map.batch, c, rows * reach, padded.width)
    return tall.overlapping(axis: 3, blocks: columns, side: Self.side)
      .reshaped(map.batch, c, rows, reach, columns, reach)
      .transposed(0, 2, 4, 3, 5, 1).reshaped(map.batch * blocks, reach * reach, c)
  }
}

extension Tensor {
  /// The square of every cell's length, (N, 1, H, W).
  fileprivate var cellEnergy: Tensor {
    (self * self).apply(.mean(Mean(axes: [1]))) * Float(channels)
  }

  /// The square root; of zero, the 1e-12 that F.normalize puts in its place.
  fileprivate var length: Tensor { (self + 1e-24).sqrt }

  /// Sums of 3 x 3 cells that lie inside the map.
  fileprivate var neighbourhood: Tensor { localMeans(height: 3, width: 3) * 9 }

  /// Every cell shows the one this many rows and columns on; zero beyond the borders.
  fileprivate func moved(rows: Int, columns: Int) -> Tensor {
    guard rows != 0 || columns != 0 else { return self }
    let edges = Edges(
      top: max(-rows, 0), left: max(-columns, 0), bottom: max(rows, 0), right: max(columns, 0))
    return padded(.zero, edges).sliced(axis: 2, from: max(rows, 0), count: height)
      .sliced(axis: 3, from: max(columns, 0), count: width)
  }

  /// Sums of three elements that lie diagonally to two axes, which lose two elements each.
  fileprivate func diagonal(_ first: Int, _ second: Int) -> Tensor {
    (0..<3).map {
      sliced(axis: first, from: $0, count: max(shape.extents[first] - 2, 1))
        .sliced(axis: second, from: $0, count: max(shape.extents[second] - 2, 1))
    }.total
  }

  /// Blocks of `side` elements of an axis of an NCHW map, each with the two that follow it; in
  /// (N, C, ..., blocks, `side` + 2, ...).
  fileprivate func overlapping(axis: Int, blocks: Int, side: Int) -> Tensor {
    let extent = blocks * side
    let rest = axis == 2 ? Edges(bottom: side - 2) : Edges(right: side - 2)
    let following = sliced(axis: axis, from: side, count: max(shape.extents[axis] - side, 1))
      .padded(.zero, rest)
    func cut(_ x: Tensor) -> Tensor {
      axis == 2
        ? x.reshaped(batch, channels, blocks, side, width)
        : x.reshaped(batch, channels, height, blocks, side)
    }
    return [
      cut(sliced(axis: axis, from: 0, count: extent)),
      cut(following).sliced(axis: axis + 1, from: 0, count: 2),
    ].concatenated(alongAxis: axis + 1)
  }
}
