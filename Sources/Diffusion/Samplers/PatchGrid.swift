import Tensors

/// An overlapping grid of square patches over an image, as WeatherDiffusion (Özdenizci and
/// Legenstein, 2023, algorithm 2) estimates noise: patch by patch, averaged where they overlap.
///
/// Patches start at every multiple of the stride; where the last of them does not reach the border,
/// one more ends there, so every pixel is covered at any size.
package struct PatchGrid: Hashable, Sendable {
  package let height: Int
  package let width: Int
  package let side: Int
  /// First rows and first columns of the patches, ascending.
  package let rows: [Int]
  package let columns: [Int]

  /// - Precondition: `stride` is positive and at most `side`, `side` at most height and width.
  package init(height: Int, width: Int, side: Int = 64, stride: Int = 16) {
    precondition(0 < stride && stride <= side && side <= min(height, width), "no such grid")
    self.height = height
    self.width = width
    self.side = side
    rows = Self.starts(height - side, stride)
    columns = Self.starts(width - side, stride)
  }

  private static func starts(_ last: Int, _ stride: Int) -> [Int] {
    let starts = Array(Swift.stride(from: 0, through: last, by: stride))
    return starts.last == last ? starts : starts + [last]
  }

  package var count: Int { rows.count * columns.count }

  /// How many patches cover each pixel, as the factor that averages: (1, 1, height, width).
  package var averaging: HostTensor {
    let (tall, wide) = (hits(rows, height), hits(columns, width))
    return HostTensor(
      [1, 1, height, width], tall.flatMap { row in wide.map { 1 / Float(row * $0) } })
  }

  private func hits(_ starts: [Int], _ extent: Int) -> [Int] {
    var hits = [Int](repeating: 0, count: extent)
    for start in starts { for index in start..<start + side { hits[index] += 1 } }
    return hits
  }
}
