import IR
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

  /// Traces an estimate over the whole image from estimates over its patches.
  /// - Parameters:
  ///   - images: (N, C, height, width) each; all are cut alike.
  ///   - averaging: ``averaging`` as an operand.
  ///   - limit: of patches that the network sees at once.
  ///   - network: from patches (P N, C, side, side), ordered by patch and then by image.
  package func estimate(
    _ images: [Tensor], averaging: Tensor, limit: Int = 64, network: ([Tensor]) -> Tensor
  ) -> Tensor {
    let corners = rows.flatMap { row in columns.map { (row, $0) } }
    var answers: [Tensor] = []
    for start in stride(from: 0, to: corners.count, by: max(limit, 1)) {
      let group = corners[start..<min(start + max(limit, 1), corners.count)]
      let answer = network(images.map { patches(of: $0, at: group) })
      answers += group.indices.map {
        let batch = answer.batch / group.count
        return answer.sliced(axis: 0, from: ($0 - start) * batch, count: batch)
      }
    }
    return total(answers) * averaging
  }

  private func patches(of image: Tensor, at corners: ArraySlice<(Int, Int)>) -> Tensor {
    let patches = corners.map { row, column in
      image.sliced(axis: 2, from: row, count: side).sliced(axis: 3, from: column, count: side)
    }
    guard patches.count > 1 else { return patches[0] }
    return patches[0].apply(.concatenation(Concatenation(axis: 0)), Array(patches.dropFirst()))
  }

  /// The sum of all patches in their places: along each row of the grid first.
  private func total(_ patches: [Tensor]) -> Tensor {
    let strips = rows.indices.map { row in
      let placed = columns.enumerated().map { index, column in
        patches[row * columns.count + index].padded(
          .zero, Edges(left: column, right: width - side - column))
      }
      return placed.dropFirst().reduce(placed[0], +)
    }
    let placed = zip(rows, strips).map { row, strip in
      strip.padded(.zero, Edges(top: row, bottom: height - side - row))
    }
    return placed.dropFirst().reduce(placed[0], +)
  }
}
