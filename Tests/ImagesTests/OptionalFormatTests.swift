import Images
import Paths
import Quality
import Testing

/// HEIC, AVIF and JPEG XL, in builds that have their libraries.
@Suite struct OptionalFormatTests {
  @Test(
    arguments: [
      "plain.heic", "turned.heic", "plain.avif", "alpha.avif", "lossless.jxl", "lossy.jxl",
      "alpha.jxl", "gray.jxl",
    ])
  func filesOfOthersAreRead(_ name: String) throws {
    let format = try #require(ImageFormat(forOutput: Path(name)))
    guard format.isRead else { return try isRefused(fixture(name), format) }
    let expected = try Image.decode(fixture("\(name.replacing(".", with: "-")).expected.png"))
    let image = try Image.decode(fixture(name))
    #expect(image.format == format && image.channels == expected.channels)
    #expect(image.depth == expected.depth && distance(image, expected) <= 1.01 / 255)
    #expect(image.metadata.declaredColour == nil && image.warnings.isEmpty)
  }

  private func isRefused(_ bytes: [UInt8], _ format: ImageFormat) throws {
    let error = #expect(throws: ImageError.self) { try Image.decode(bytes) }
    #expect("\(try #require(error))".contains("built without"))
  }

  @Test(
    .enabled(if: ImageFormat.jxl.isWritten), arguments: RoundTripTests.channels,
    [Image.Depth.eight, .sixteen])
  func jxlIsExact(_ channels: Image.Channels, _ depth: Image.Depth) throws {
    for (width, height) in [(1, 1), (31, 7)] {
      let image = noise(width, height, channels, depth)
      let again = try Image.decode(try encode(image, .jxl))
      #expect(again.channels == channels && again.depth == depth)
      #expect(again.samples == image.samples && again.warnings.isEmpty)
    }
  }

  @Test(.enabled(if: ImageFormat.jxl.isWritten)) func jxlKeepsMetadata() throws {
    var image = noise(9, 8, .rgb)
    image.metadata.icc = adobeProfile()
    image.metadata.exif = exifBlock(orientation: 1, isBigEndian: true)
    image.metadata.xmp = Array("<x:xmpmeta>ü</x:xmpmeta>".utf8)
    #expect(try Image.decode(try encode(image, .jxl)).metadata == image.metadata)
  }

  @Test(.enabled(if: ImageFormat.avif.isWritten)) func avifIsCloseAndKeepsMetadata() throws {
    var image = gradient(48, 32, .rgb)
    image.metadata.exif = exifBlock(orientation: 1, isBigEndian: true)
    image.metadata.xmp = Array("<x:xmpmeta>ü</x:xmpmeta>".utf8)
    let again = try Image.decode(try encode(image, .avif))
    #expect(try #require(psnr(image, again)) > 38)
    #expect(again.metadata == image.metadata && again.warnings.isEmpty)
    image.metadata.icc = adobeProfile()
    #expect(try Image.decode(try encode(image, .avif)).metadata.icc == image.metadata.icc)
  }

  @Test(.enabled(if: ImageFormat.avif.isWritten)) func deepAVIFHasTwelveBits() throws {
    var image = gradient(48, 32, .rgb)
    image.depth = .sixteen
    var options = EncodingOptions(format: .avif)
    options.quality = 100
    let file = try image.encoded(as: options)
    #expect(file.warnings.count == 1 && file.warnings[0].contains("12 bits"))
    let again = try Image.decode(file.bytes)
    #expect(again.depth == .sixteen && distance(again, image) < 0.02)
  }

  @Test(arguments: [ImageFormat.avif, .jxl], ["display-p3", "pq"])
  func coloursAreSaidByNumbers(_ format: ImageFormat, _ name: String) throws {
    guard format.isWritten else { return }
    let image = try Image.decode(try fixture("\(name).png"))
    let again = try Image.decode(try image.encoded(as: EncodingOptions(format: format)).bytes)
    #expect(
      again.metadata.declaredColour?.codingPoints == image.metadata.declaredColour?.codingPoints)
    #expect(again.metadata.icc == nil)
    #expect(distance(again, image) <= (format == .jxl ? 0 : 0.1))
  }

  @Test(arguments: [ImageFormat.avif, .jxl]) func turnsThatAreKeptAreSaid(_ format: ImageFormat)
    throws
  {
    guard format.isWritten else { return }
    var image = gradient(24, 16, .rgb)
    image.metadata.exif = exifBlock(orientation: 6, isBigEndian: false)
    let again = try Image.decode(try image.encoded(as: EncodingOptions(format: format)).bytes)
    #expect(distance(again, image.upright(from: .turnedRight)) < 0.1)
    #expect(again.metadata.exif == exifBlock(orientation: 1, isBigEndian: false))
  }

  @Test func heicIsNotWritten() {
    #expect(throws: ImageError.self) { try encode(noise(2, 2, .rgb), .heic) }
    #expect(!ImageFormat.heic.isWritten && ImageFormat.summary.contains("PNG"))
  }

  @Test(arguments: ["plain.heic", "plain.avif", "alpha.jxl", "lossy.jxl"])
  func damageNeverCrashes(_ name: String) throws {
    let bytes = try fixture(name)
    var limits = ImageLimits()
    limits.pixels = 1 << 14
    for length in stride(from: 0, to: bytes.count, by: 7) {
      _ = try? Image.decode(Array(bytes.prefix(length)), limits: limits)
    }
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<100 {
      var damaged = bytes
      damaged[Int.random(in: 2..<bytes.count, using: &generator)] =
        UInt8.random(in: 0...255, using: &generator)
      if let image = try? Image.decode(damaged, limits: limits) {
        #expect(image.samples.allSatisfy { (0...1).contains($0) })
      }
    }
  }
}
