/// How an image becomes a file.
package struct EncodingOptions: Sendable {
  package var format: ImageFormat
  /// Bits per sample; nil keeps the image's own. JPEG and WebP have 8, and AVIF 12 in place of 16.
  package var depth: Image.Depth?
  /// zlib level of a PNG or TIFF, 0...9; other values are clamped.
  package var compression = 6
  /// 1...100, other values are clamped; nil stands for 95 in JPEG, 90 in AVIF and for lossless in
  /// WebP and JPEG XL.
  package var quality: Int?
  /// Whether 8-bit samples are dithered, where the image has more.
  package var dithers = false

  package init(format: ImageFormat) { self.format = format }
}

/// A file's bytes, and what could not be put into them, one line each.
package struct EncodedImage: Sendable {
  package let bytes: [UInt8]
  package let warnings: [String]
}

/// A file that is encoded page by page; only TIFF has more than one.
package struct PageEncoder: ~Copyable {
  private let options: EncodingOptions
  private var single: EncodedImage?
  private var tiff: TIFFEncoder?
  private var warnings: [String] = []

  package init(_ options: EncodingOptions) { self.options = options }

  /// Appends a page.
  /// - Throws: ``ImageError/unsupported(_:)`` for a second one in a format that has but one.
  package mutating func add(_ image: Image) throws(ImageError) {
    let image = stored(image)
    if options.format == .tiff {
      if tiff == nil { tiff = try TIFFEncoder(like: image, options) }
      try tiff?.add(image)
    } else {
      guard single == nil else { throw Self.holdsOnePage(options.format) }
      single = try Self.encoded(image, options)
    }
  }

  private static func encoded(
    _ image: Image, _ options: EncodingOptions
  ) throws(ImageError) -> EncodedImage {
    switch options.format {
    case .png: try PNGEncoder.encode(image, options)
    case .jpeg: try JPEGEncoder.encode(image, options)
    case .webp: try WebPEncoder.encode(image, options)
    case .tiff: try TIFFEncoder.encode(image, options)
    case .avif: try AVIFEncoder.encode(image, options)
    case .jxl: try JXLEncoder.encode(image, options)
    case .y4m: try FrameEncoder.encode(image)
    case .heic: throw .unsupported("HEIC is read, not written; AVIF is")
    }
  }

  /// The file, once.
  package mutating func finish() throws(ImageError) -> EncodedImage {
    guard let file = try tiff?.finish() ?? single else { throw .unsupported("there is no page") }
    return EncodedImage(bytes: file.bytes, warnings: warnings + file.warnings)
  }

  /// The image with the samples that the file will have.
  private mutating func stored(_ image: Image) -> Image {
    let known = image.warnings.count
    var notes: [String] = []
    var image = image.describingColours(in: options.format, warnings: &notes)
    image.metadata.setSize(width: image.width, height: image.height)
    if options.format != .jpeg { image.metadata.mergeXMP(&image.leftOut) }
    image.warnOfLosses()
    notes += image.warnings.suffix(image.warnings.count - known)
    warnings += notes.filter { !warnings.contains($0) }
    let holdsMore = [.png, .tiff, .avif, .jxl].contains(options.format)
    let isDeep = holdsMore && (options.depth ?? image.depth) == .sixteen
    return options.dithers && !isDeep ? image.dithered : image
  }

  package static func holdsOnePage(_ format: ImageFormat) -> ImageError {
    .unfit(format, .pages)
  }
}

extension Image {
  /// Encodes with all metadata that the format can carry. Samples are clamped to [0, 1] and
  /// rounded to the nearest step.
  /// - Throws: ``ImageError/unsupported(_:)`` for a JPEG of an image with alpha.
  package func encoded(as options: EncodingOptions) throws(ImageError) -> EncodedImage {
    var encoder = PageEncoder(options)
    try encoder.add(self)
    return try encoder.finish()
  }

  /// The image without alpha: what it hid is seen.
  package var opaque: Image {
    guard channels.hasAlpha else { return self }
    return replacing(
      width: width, height: height, channels: channels == .rgba ? .rgb : .gray,
      samples: Array(samples.prefix(channels.colourCount * pixelCount)))
  }

  /// The image without alpha, laid over a background of one encoded value in [0, 1] per colour
  /// (three values; gray images take their mean).
  package func flattened(onto background: (red: Float, green: Float, blue: Float)) -> Image {
    guard channels.hasAlpha else { return self }
    let colours = channels.colourCount
    let (red, green, blue) = background
    let backdrop = colours == 1 ? [(red + green + blue) / 3] : [red, green, blue]
    let count = pixelCount
    var flat = [Float](repeating: 0, count: colours * count)
    for plane in 0..<colours {
      for i in 0..<count {
        let alpha = samples[colours * count + i]
        flat[plane * count + i] = alpha * samples[plane * count + i] + (1 - alpha) * backdrop[plane]
      }
    }
    return replacing(
      width: width, height: height, channels: colours == 1 ? .gray : .rgb, samples: flat)
  }
}
