import Images
import Pictures
import Tensors

/// The middle square of a picture at another size: what CLIP is shown of a picture that is not
/// square.
///
/// As torchvision crops and Pillow resizes 8-bit pictures: rounded to 255ths before, between
/// columns and rows, and after. See ``PlaneResampling``.
struct SquareView {
  /// In pixels.
  let side: Int
  /// Planes of `side * side` values, 0 to 255.
  let planes: [UInt8]

  init(_ picture: Picture, side: Int) {
    let extent = min(picture.width, picture.height)
    let (left, top) = (Self.margin(picture.width, extent), Self.margin(picture.height, extent))
    let square = (0..<3 * extent).flatMap { line in
      let row = line / extent * picture.height + top + line % extent
      return picture.planes[row * picture.width + left..<row * picture.width + left + extent]
        .map { Self.byte($0 * 255) }
    }
    let narrow = PlaneResampling(from: (extent, extent), to: (side, extent))
      .resampled(square).map(Self.byte)
    self.side = side
    planes = PlaneResampling(from: (side, extent), to: (side, side))
      .resampled(narrow).map { UInt8(Self.byte($0)) }
  }

  /// What is cut off at the beginning.
  private static func margin(_ extent: Int, _ inner: Int) -> Int {
    Int((Double(extent - inner) / 2).rounded(.toNearestOrEven))
  }

  /// A whole number of 0 to 255.
  private static func byte(_ value: Float) -> Float {
    (value.clamped(to: 0...255) + 0.5).rounded(.down)
  }
}
