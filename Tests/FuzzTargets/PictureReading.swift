import Images

/// Decodes one container, changes metadata as `restore` does, and writes and reads the result.
struct PictureReading {
  private let format: ImageFormat

  init(_ format: ImageFormat) { self.format = format }

  /// Small, so that what is found is no mere lack of memory.
  private static let limits: ImageLimits = {
    var limits = ImageLimits()
    (limits.pixels, limits.fileBytes, limits.jpegScans) = (1 << 16, 1 << 20, 32)
    (limits.iccBytes, limits.exifBytes, limits.textBytes) = (1 << 16, 1 << 14, 1 << 14)
    return limits
  }()

  /// Pictures of more pixels are not written again.
  private static let smallPicture = 1 << 10

  private static let mostPages = 4

  /// - Throws: ``ImageError`` for bytes that hold no picture.
  func perform(_ bytes: UnsafeRawBufferPointer) throws {
    let found = try ImageFormat(recognising: bytes)
    guard found == format else { throw ImageError.unknownFormat("a \(found)") }
    var pages: [Image] = []
    defer { pages.forEach(Self.check) }
    try Image.decodePages([UInt8](bytes), all: true, limits: Self.limits) { page, _ in
      pages.append(page)
      return pages.count < Self.mostPages
    }
    guard var image = pages.first, image.pixelCount <= Self.smallPicture else { return }
    try Self.write(image, format == .heic ? .avif : format)
    image.stripLocation()
    image.metadata.settings = "settings"
    let working = WorkingImage(image, stayingSRGB: true).resized(
      width: image.width + 1, height: image.height)
    try Self.write(working.image(restored: working.rgb).opaque, .jpeg)
  }

  private static func write(_ image: Image, _ format: ImageFormat) throws {
    let working = WorkingImage(image)
    let restored = working.image(restored: working.rgb)
    let encoded = try restored.encoded(as: EncodingOptions(format: format))
    let again = try Image.decode(encoded.bytes, limits: limits)
    check(again)
    precondition(again.width == image.width && again.height == image.height, "another size")
  }

  private static func check(_ image: Image) {
    precondition(image.width > 0 && image.height > 0 && image.pixelCount <= limits.pixels)
    precondition(image.samples.count == image.pixelCount * image.channels.rawValue)
    precondition(image.samples.allSatisfy { (0...1).contains($0) }, "a sample out of range")
  }
}
