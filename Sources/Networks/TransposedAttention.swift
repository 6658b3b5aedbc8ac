import IR
import Tensors

/// Attention between the channels of each head, over all pixels or over windows of them.
///
/// The core of Restormer's multi-Dconv head transposed attention (MDTA): what lies between the
/// projections.
struct TransposedAttention {
  let heads: Int
  /// Added to the queries before they are normalized, (heads, C / heads, 1); see Up-Restorer.
  var query: Tensor?
  /// How much attention to half, two thirds, three quarters and four fifths of the channels, those
  /// most similar, counts (1 each); empty for attention to all of them.
  var shares: [Tensor] = []

  /// softmax(temperature q kᵀ / |q| |k|) v for qkv (N, 3 C, H, W); result (N, C, H, W).
  func callAsFunction(_ qkv: Tensor, temperature: Tensor) -> Tensor {
    let (q, k, v) = parts(of: qkv)
    let similarity = q.normalized.times(transposed: k.normalized)
    let mixed = mixture(similarity * temperature).times(v)
    return mixed.reshaped(qkv.batch, qkv.channels / 3, qkv.height, qkv.width)
  }

  /// The same within each of the windows of `window` x `window` pixels that cover the map,
  /// averaged where they overlap: TLC's local attention.
  ///
  /// Windows are never cut out. A window's products and norms are sums over the cells that it
  /// consists of, and the mean of overlapping results is v under the mean of their mixtures; so
  /// every pixel is multiplied once, as without windows.
  func callAsFunction(_ qkv: Tensor, temperature: Tensor, window: Int) -> Tensor {
    let rows = WindowCover(length: qkv.height, window: window)
    let columns = WindowCover(length: qkv.width, window: window)
    let scale = 1 / Float(rows.window * columns.window).squareRoot()
    let cells = rows.cells.map { row in
      columns.cells.map { column in
        Cell(
          parts(
            of: qkv.sliced(axis: 2, from: row.lowerBound, count: row.count)
              .sliced(axis: 3, from: column.lowerBound, count: column.count)),
          scale: scale, height: row.count, width: column.count)
      }
    }
    let mixtures = rows.starts.indices.map { row in
      columns.starts.indices.map { column in
        mixture(
          Cell.similarity(
            of: rows.cells(in: row).flatMap { r in columns.cells(in: column).map { cells[r][$0] } }
          ) * temperature)
      }
    }
    let bands = rows.cells.indices.map { r in
      columns.cells.indices.map { c in
        cells[r][c].mixed(
          by: rows.windows(over: r).flatMap { row in
            columns.windows(over: c).map { mixtures[row][$0] }
          })
      }.concatenated(alongAxis: 3)
    }
    return bands.concatenated(alongAxis: 2)
  }

  /// How channels mix whose similarities are `scores`.
  private func mixture(_ scores: Tensor) -> Tensor {
    guard !shares.isEmpty else { return scores.softmax }
    let channels = scores.shape[3]
    let counts = [channels / 2, channels * 2 / 3, channels * 3 / 4, channels * 4 / 5]
    return zip(counts, shares).map { scores.softmax(ofLargest: max($0, 1)) * $1 }.total
  }

  private func parts(of qkv: Tensor) -> (q: Tensor, k: Tensor, v: Tensor) {
    let (n, c) = (qkv.batch, qkv.channels / 3)
    let parts = qkv.split(3).map {
      $0.reshaped(n, heads, c / heads, qkv.height * qkv.width)
    }
    return (query.map { parts[0] + $0 } ?? parts[0], parts[1], parts[2])
  }
}

/// A rectangle of pixels that windows consist of.
private struct Cell {
  /// q kᵀ, and the squares of q and of k, summed over the pixels, (N, heads, c, c) and
  /// (N, heads, c, 1).
  let product: Tensor
  let squares: (q: Tensor, k: Tensor)
  let v: Tensor
  let height: Int
  let width: Int

  /// - Parameter scale: of q and k, so that sums over windows stay small.
  init(_ parts: (q: Tensor, k: Tensor, v: Tensor), scale: Float, height: Int, width: Int) {
    let (q, k) = (parts.q * scale, parts.k * scale)
    product = q.times(transposed: k)
    squares = ((q * q).sum, (k * k).sum)
    v = parts.v
    self.height = height
    self.width = width
  }

  /// The cosines between the channels of a window.
  static func similarity(of cells: [Cell]) -> Tensor {
    let product = cells.map(\.product).total
    let (q, k) = (cells.map(\.squares.q).total.length, cells.map(\.squares.k).total.length)
    return product / q / k.transposed(0, 1, 3, 2)
  }

  /// v under the mean of `mixtures`.
  func mixed(by mixtures: [Tensor]) -> Tensor {
    let mixture = mixtures.count == 1 ? mixtures[0] : mixtures.total * (1 / Float(mixtures.count))
    let y = mixture.times(v)
    return y.reshaped(y.shape[0], y.shape[1] * y.shape[2], height, width)
  }
}

extension Tensor {
  /// The sum along the last axis, which keeps extent 1.
  fileprivate var sum: Tensor {
    apply(.mean(Mean(axes: [shape.rank - 1]))) * Float(shape[shape.rank - 1])
  }

  /// The square root; of zero, the 1e-12 that F.normalize puts in its place.
  fileprivate var length: Tensor { (self + 1e-24).sqrt }
}

extension Array<Tensor> {
  var total: Tensor { dropFirst().reduce(self[0], +) }

  func concatenated(alongAxis axis: Int) -> Tensor {
    count == 1
      ? self[0] : self[0].apply(.concatenation(Concatenation(axis: axis)), Array(dropFirst()))
  }
}
