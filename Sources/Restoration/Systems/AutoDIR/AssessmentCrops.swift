import Generation
import Tensors

/// The parts of an image that CLIP is shown: the middle, as in the official code, or several from
/// edge to edge, so that large photos are not judged by their middle alone.
struct AssessmentCrops: Hashable, Sendable {
  /// Along each side of an image, where it has room for so many.
  let perSide: Int

  /// How many an image of this size has.
  func count(_ size: TileSize, side: Int) -> Int {
    starts(in: size.height, side: side).count * starts(in: size.width, side: side).count
  }

  /// The parts of an image (1, 3, H, W) in [-1, 1], row by row, normalised by CLIP's mean and
  /// deviation: (N, 3, side, side). Where the image is smaller it lies between zeros.
  func cut(from image: HostTensor, side: Int) -> HostTensor {
    let values = image.floats
    let size = (width: image.shape[3], height: image.shape[2])
    let parts = starts(in: size.height, side: side).flatMap { top in
      starts(in: size.width, side: side).map { left in
        part(of: values, size, at: (left, top), side: side)
      }
    }
    return .stacking(parts)
  }

  /// As CLIP's image processor without resizing cuts it.
  private func part(
    of values: [Float], _ size: TileSize, at start: (left: Int, top: Int), side: Int
  ) -> HostTensor {
    HostTensor([1, 3, side, side]) { pixels in
      for plane in 0..<3 {
        let (mean, deviation) = CLIPStatistics.channels[plane]
        for y in 0..<side {
          for x in 0..<side {
            let (row, column) = (y + start.top, x + start.left)
            let isInside = (0..<size.height).contains(row) && (0..<size.width).contains(column)
            let value =
              isInside
              ? (values[(plane * size.height + row) * size.width + column] + 1) / 2 : 0
            pixels[(plane * side + y) * side + x] = (value - mean) / deviation
          }
        }
      }
    }
  }

  /// Where the parts begin along an axis. One lies in the middle: half of what is over, rounded to
  /// the image's beginning.
  private func starts(in extent: Int, side: Int) -> [Int] {
    let over = extent - side
    guard over > 0, perSide > 1 else { return [over >= 0 ? over / 2 : -((1 - over) / 2)] }
    let starts = (0..<perSide).map { (over * $0 * 2 + perSide - 1) / (2 * (perSide - 1)) }
    return starts.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }
}
