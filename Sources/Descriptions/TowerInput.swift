import Generation
import Images
import Networks
import Pictures
import Tensors

/// A picture as the image tower takes it: a square, normalised by CLIP's mean and deviation.
struct TowerInput {
  /// Of red, green and blue: CLIP's mean, as bytes.
  private static let surroundings: [Float] = [122, 116, 104].map { $0 / 255 }

  let dialect: LLaVA.Dialect
  /// Of the square, in pixels.
  let side: Int

  /// (1, 3, side, side).
  func tensor(_ picture: Picture) -> HostTensor {
    let planes =
      switch dialect {
      case .original: padded(picture)
      case .transformers: cropped(picture)
      }
    return HostTensor([1, 3, side, side]) { pixels in
      for index in pixels.indices {
        let (mean, deviation) = CLIPStatistics.channels[index / (side * side)]
        pixels[index] = (min(max(planes[index], 0), 1) - mean) / deviation
      }
    }
  }

  /// The whole picture in the middle of a square.
  private func padded(_ picture: Picture) -> [Float] {
    let (width, height, square) = (
      picture.width, picture.height, max(picture.width, picture.height)
    )
    let (left, top) = ((square - width) / 2, (square - height) / 2)
    var planes = Self.surroundings.flatMap { [Float](repeating: $0, count: square * square) }
    for row in 0..<3 * height {
      let (plane, y) = (row / height, row % height)
      let start = (plane * square + top + y) * square + left
      planes.replaceSubrange(
        start..<start + width, with: picture.planes[row * width..<(row + 1) * width])
    }
    return PlaneResampling(from: (square, square), to: (side, side)).resampled(planes)
  }

  /// The middle of the picture, whose shorter side becomes the square's.
  private func cropped(_ picture: Picture) -> [Float] {
    let (width, height) = (picture.width, picture.height)
    let short = min(width, height)
    let target = (width: side * width / short, height: side * height / short)
    let (left, top) = ((target.width - side) / 2, (target.height - side) / 2)
    return PlaneResampling(
      from: (width, height), to: target, window: (left..<left + side, top..<top + side)
    ).resampled(picture.planes)
  }
}
