import Paths

extension Image {
  /// Decodes the first image of a file, recognised by its bytes, and brings it upright.
  ///
  /// Headers are checked against `limits` before pixels are allocated; a file that ends early or
  /// has damaged pixel data is an error, never a partial image. Damage in metadata is a warning.
  package static func decode(
    _ bytes: [UInt8], limits: ImageLimits = ImageLimits(),
    orientation: OrientationPolicy = .bake
  ) throws(ImageError) -> Image {
    var first: Image?
    try decodePages(bytes, all: false, limits: limits, orientation: orientation) { image, _ in
      first = image
      return false
    }
    guard let first else { throw .unsupported("it holds no image") }
    return first
  }

  /// Decodes the pages of a TIFF one after the other, or the only image of another file; see
  /// ``decode(_:limits:orientation:)``.
  /// - Parameters:
  ///   - all: whether a TIFF is read beyond its first page; a warning says that there are more.
  ///   - body: takes a page and whether it is the last; returns whether to go on.
  package static func decodePages(
    _ bytes: [UInt8], all: Bool, limits: ImageLimits = ImageLimits(),
    orientation: OrientationPolicy = .bake,
    _ body: (_ image: Image, _ isLast: Bool) -> Bool
  ) throws(ImageError) {
    guard bytes.count <= limits.fileBytes else {
      throw .tooLarge("\(bytes.count) bytes, the limit is \(limits.fileBytes)")
    }
    try bytes.withUnsafeBufferPointer { buffer throws(ImageError) in
      let bytes = UnsafeRawBufferPointer(buffer)
      let image: Image
      let format = try ImageFormat(recognising: bytes)
      switch format {
      case .heic, .avif: image = try HEIFDecoder(bytes, format, limits: limits).image()
      case .jxl: image = try JXLDecoder(bytes, limits: limits).image()
      case .y4m: image = try FrameDecoder(bytes, limits: limits).image()
      case .png: image = try PNGDecoder.decode(bytes, limits: limits)
      case .jpeg: image = try JPEGDecoder.decode(bytes, limits: limits)
      case .webp: image = try WebPDecoder.decode(bytes, limits: limits)
      case .tiff:
        var decoder = try TIFFDecoder(bytes, limits: limits)
        while true {
          var page = try decoder.image(orientation).fit(orientation)
          let hasMore = decoder.hasMorePages
          if hasMore, !all {
            page.warnings.append("the TIFF has more pages; only its first is read")
          }
          guard body(page, !all || !hasMore), all, hasMore else { return }
          try decoder.advance()
        }
      }
      _ = body(image.fit(orientation), true)
    }
  }

  /// Reads and decodes the first image of a regular file.
  package static func read(_ path: Path, limits: ImageLimits = ImageLimits())
    throws(ImageError) -> Image
  {
    try decode(InputFile.read(path, limit: limits.fileBytes), limits: limits)
  }

  /// The image without metadata that do not fit it, upright if that is asked for.
  private func fit(_ orientation: OrientationPolicy) -> Image {
    var image = self
    image.dropUnfittingProfile()
    image.dropUnreadableEXIF()
    image.dropUnreadableXMP()
    if orientation == .bake { image = image.bakingOrientation() }
    image.dropCompanions()
    image.warnOfLosses()
    return image
  }

  private mutating func dropUnreadableEXIF() {
    guard let block = metadata.exif, EXIF(block) == nil else { return }
    metadata.exif = nil
    warnings.append("the EXIF block cannot be read and is left out")
  }

  private mutating func dropUnreadableXMP() {
    if let packet = metadata.xmp, XMP(packet) == nil {
      metadata.xmp = nil
      warnings.append("the XMP packet cannot be read and is left out")
    }
    if let packet = metadata.xmpExtension, metadata.xmp == nil || XMP(packet) == nil {
      metadata.xmpExtension = nil
    }
    guard metadata.xmpExtension == nil, var xmp = metadata.xmp.flatMap(XMP.init),
      xmp.extensionKey != nil
    else { return }
    xmp.removeExtensionKey()
    metadata.xmp = xmp.bytes
    leftOut.append("extended XMP that is not whole")
  }

  /// Turns the pixels as EXIF or XMP asks and sets the kept tags to upright.
  private func bakingOrientation() -> Image {
    guard let value = metadata.orientation, value != Orientation.upright.rawValue else {
      return self
    }
    guard let orientation = Orientation(rawValue: value) else {
      var result = self
      result.warnings.append("EXIF orientation \(value) has no meaning; the image is not turned")
      return result
    }
    return baking(orientation)
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
