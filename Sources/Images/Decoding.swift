extension Image {
  /// Decodes an image, recognised by its bytes, and brings it upright.
  ///
  /// Headers are checked against `limits` before pixels are allocated; a file that ends early or
  /// has damaged pixel data is an error, never a partial image. Damage in metadata is a warning.
  package static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> Image {
    guard bytes.count <= limits.fileBytes else {
      throw .tooLarge("\(bytes.count) bytes, the limit is \(limits.fileBytes)")
    }
    var image: Image
    switch try ImageFormat(recognising: bytes) {
    case .png: image = try PNGDecoder.decode(bytes, limits: limits)
    case .jpeg: image = try JPEGDecoder.decode(bytes, limits: limits)
    case .webp: image = try WebPDecoder.decode(bytes, limits: limits)
    case .tiff: image = try TIFFDecoder.decode(bytes, limits: limits)
    }
    image.dropUnfittingProfile()
    return image.bakingOrientation()
  }

  /// Decodes bytes held in an array; see ``decode(_:limits:)-(UnsafeRawBufferPointer,_)``.
  package static func decode(_ bytes: [UInt8], limits: ImageLimits = ImageLimits())
    throws(ImageError) -> Image
  {
    try bytes.withUnsafeBufferPointer { buffer throws(ImageError) in
      try decode(UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }

  /// Reads and decodes a regular file.
  package static func read(_ path: String, limits: ImageLimits = ImageLimits())
    throws(ImageError) -> Image
  {
    try decode(InputFile.read(path, limit: limits.fileBytes), limits: limits)
  }

  /// Turns the pixels as EXIF asks and sets the kept tags to upright.
  private func bakingOrientation() -> Image {
    guard let block = metadata.exif else { return self }
    var result = self
    guard var exif = EXIF(block) else {
      result.metadata.exif = nil
      result.warnings.append("the EXIF block cannot be read and is left out")
      return result
    }
    guard let value = exif.orientation, value != Orientation.upright.rawValue else { return self }
    guard let orientation = Orientation(rawValue: value) else {
      result.warnings.append("EXIF orientation \(value) has no meaning; the image is not turned")
      return result
    }
    exif.setUpright()
    result = upright(from: orientation)
    result.metadata.exif = exif.bytes
    result.metadata.xmp = metadata.xmp.map(XMP.upright)
    return result
  }

  /// Keeps a profile only when it describes this image's colour channels.
  private mutating func dropUnfittingProfile() {
    guard let icc = metadata.icc else { return }
    let expected: ColourProfile.Space = channels.colourCount == 1 ? .gray : .rgb
    let found = ColourProfile(icc)?.space
    guard found != expected else { return }
    metadata.icc = nil
    let detail = found.map { "is for \($0), the image is \(expected)" } ?? "cannot be read"
    warnings.append("the ICC profile \(detail); it is left out")
  }
}

extension Metadata {
  /// Keeps `block` unless it is empty or larger than `limit`, which adds a warning.
  static func bounded(
    _ block: [UInt8], _ name: String, limit: Int, warnings: inout [String]
  ) -> [UInt8]? {
    guard !block.isEmpty else { return nil }
    guard block.count <= limit else {
      warnings.append("the \(name) of \(block.count) bytes exceeds \(limit) and is left out")
      return nil
    }
    return block
  }
}
