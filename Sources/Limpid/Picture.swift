import Pictures

/// An RGB picture in memory.
public struct Picture: Hashable, Sendable {
  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int
  /// Red, green and blue planes of `height * width` sRGB values in 0...1 each, top row first:
  /// the value of a pixel is at `(channel * height + y) * width + x`.
  public let planes: [Float]

  /// - Precondition: `width` and `height` are positive, and `planes` holds `3 * width * height`
  ///   values.
  public init(width: Int, height: Int, planes: [Float]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(planes.count == 3 * width * height, "planes do not fit the size")
    (self.width, self.height, self.planes) = (width, height, planes)
  }
}

extension Picture {
  init(_ picture: Pictures.Picture) {
    self.init(width: picture.width, height: picture.height, planes: picture.planes)
  }

  var packaged: Pictures.Picture {
    Pictures.Picture(width: width, height: height, planes: planes)
  }
}
