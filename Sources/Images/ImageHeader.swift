/// What a file says of its image before pixels are decoded.
package struct ImageHeader: Sendable {
  /// As stored: EXIF may turn it.
  package let width: Int
  package let height: Int
  package let hasAlpha: Bool

  /// Reads a file and checks its header against the limits.
  package init(reading path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    let bytes = try InputFile.read(path, limit: limits.fileBytes)
    self = try bytes.withUnsafeBufferPointer { buffer throws(ImageError) in
      try Self(UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }

  private init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    switch try ImageFormat(recognising: bytes) {
    case .png:
      let header = try PNGDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: header.channels % 2 == 0)
    case .jpeg:
      let header = try JPEGDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: false)
    case .webp:
      let header = try WebPDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: header.has_alpha)
    case .tiff:
      let header = try TIFFDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: header.channels % 2 == 0)
    }
  }

  private init(_ width: UInt32, _ height: UInt32, hasAlpha: Bool) {
    (self.width, self.height, self.hasAlpha) = (Int(width), Int(height), hasAlpha)
  }
}
