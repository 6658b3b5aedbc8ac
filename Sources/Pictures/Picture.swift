/// An RGB picture in memory.
package struct Picture: Hashable, Sendable {
  /// In pixels.
  package let width: Int
  /// In pixels.
  package let height: Int
  /// Red, green and blue planes of `height * width` sRGB values in [0, 1], top row first.
  package let planes: [Float]

  /// - Precondition: `planes` holds `3 * width * height` values, at least one pixel.
  package init(width: Int, height: Int, planes: [Float]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(planes.count == 3 * width * height, "planes do not fit the size")
    self.width = width
    self.height = height
    self.planes = planes
  }
}
