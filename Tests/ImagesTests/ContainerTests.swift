import Images
import Testing

/// WebP and TIFF.
@Suite struct ContainerTests {
  @Test(arguments: RoundTripTests.channels)
  func webPIsExact(_ channels: Image.Channels) throws {
    for (width, height) in [(1, 1), (31, 7), (70, 40)] {
      let image = noise(width, height, channels)
      let again = try Image.decode(try encode(image, .webp))
      #expect(again.format == .webp && again.depth == .eight)
      #expect(again.channels == (channels.hasAlpha ? .rgba : .rgb))
      let pixels = image.pixelCount
      for plane in 0..<3 {
        let source = channels.colourCount == 1 ? 0 : plane
        #expect(again.plane(plane).elementsEqual(image.plane(source)))
      }
      if channels.hasAlpha {
        #expect(again.samples.suffix(pixels).elementsEqual(image.samples.suffix(pixels)))
      }
    }
  }

  @Test func webPWithQualityIsSmallerAndNear() throws {
    let image = gradient(64, 48, .rgb)
    var options = EncodingOptions(format: .webp)
    options.quality = 80
    let lossy = try image.encoded(as: options).bytes
    #expect(distance(try Image.decode(lossy), image) < 0.06)
    let noisy = noise(64, 48, .rgb)
    #expect(try noisy.encoded(as: options).bytes.count < encode(noisy, .webp).count)
  }

  @Test(arguments: RoundTripTests.channels, [Image.Depth.eight, .sixteen])
  func tiffIsExact(_ channels: Image.Channels, _ depth: Image.Depth) throws {
    for (width, height, level) in [(1, 1, 6), (31, 7, 0), (70, 40, 9)] {
      let image = noise(width, height, channels, depth)
      var options = EncodingOptions(format: .tiff)
      options.compression = level
      let again = try Image.decode(try image.encoded(as: options).bytes)
      #expect(again.channels == channels && again.depth == depth)
      #expect(again.samples == image.samples && again.warnings.isEmpty)
    }
  }

  @Test func webPKeepsMetadata() throws {
    var image = noise(9, 8, .rgb)
    image.metadata.icc = adobeProfile()
    image.metadata.exif = exifBlock(orientation: 1, isBigEndian: true)
    image.metadata.xmp = Array("<x:xmpmeta>ü</x:xmpmeta>".utf8)
    #expect(try Image.decode(try encode(image, .webp)).metadata == image.metadata)
  }

  @Test func tiffKeepsMetadata() throws {
    var image = noise(9, 8, .rgb, .sixteen)
    image.metadata.icc = adobeProfile()
    image.metadata.xmp = Array("<x:xmpmeta/>".utf8)
    image.metadata.density = Density(x: 11_811, y: 11_811)
    #expect(try Image.decode(try encode(image, .tiff)).metadata == image.metadata)
  }

  /// Written by another program with other choices; the expected pixels are its own.
  @Test(arguments: [
    "lzw.tif", "packbits.tif", "tiled.tif", "planar.tif", "palette.tif", "bilevel.tif",
    "inverted.tif", "sixteen.tif", "premultiplied.tif", "turned.tif", "big.tif", "lossy.webp",
    "alpha.webp",
  ])
  func filesOfOthersAreRead(_ name: String) throws {
    let stem = name.replacing(".", with: "-")
    let expected = try Image.decode(fixture("\(stem).expected.png"))
    let image = try Image.decode(fixture(name))
    #expect(image.channels == expected.channels && image.depth == expected.depth)
    #expect(distance(image, expected) <= 1.01 / 255)
  }

  @Test func animationsGiveTheirFirstFrame() throws {
    let image = try Image.decode(fixture("animated.webp"))
    #expect(image.width == 12 && image.height == 10)
    #expect(image.warnings.contains { $0.contains("first frame") })
    let pages = try Image.decode(fixture("pages.tif"))
    #expect(pages.warnings.contains { $0.contains("first is read") })
  }

  @Test func otherCompressionsAreRefusedByName() throws {
    let error = #expect(throws: ImageError.self) { try Image.decode(try fixture("lerc.tif")) }
    #expect("\(try #require(error))".contains("its compression is LERC"))
  }

  static let samples = ["lzw.tif", "tiled.tif", "palette.tif", "alpha.webp", "lossy.webp"]

  @Test(arguments: samples)
  func everyTruncationIsAnError(_ name: String) throws {
    let bytes = try fixture(name)
    for length in 0..<bytes.count {
      // What follows the pixels of a TIFF may be padding.
      guard let image = try? Image.decode(Array(bytes.prefix(length))) else { continue }
      let isWhole = try image.samples == Image.decode(bytes).samples
      #expect(name.hasSuffix(".tif") && isWhole)
    }
  }

  @Test(arguments: samples)
  func flippedBytesNeverCrash(_ name: String) throws {
    let bytes = try fixture(name)
    var limits = ImageLimits()
    limits.pixels = 1 << 14
    var generator = SeededGenerator(seed: 7)
    for round in 0..<500 {
      var damaged = bytes
      for _ in 0...round % 3 {
        damaged[Int.random(in: 2..<bytes.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      if let image = try? Image.decode(damaged, limits: limits) {
        #expect(image.samples.allSatisfy { (0...1).contains($0) })
      }
    }
  }
}
