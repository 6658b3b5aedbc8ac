import Images
import Quality
import Testing

@Suite struct RoundTripTests {
  static let channels: [Image.Channels] = [.gray, .grayAlpha, .rgb, .rgba]

  @Test(arguments: channels, [Image.Depth.eight, .sixteen])
  func pngIsExact(_ channels: Image.Channels, _ depth: Image.Depth) throws {
    for (width, height) in [(1, 1), (31, 7), (70, 40)] {
      let image = noise(width, height, channels, depth)
      let again = try Image.decode(try encode(image, .png))
      #expect(again.channels == channels && again.depth == depth)
      #expect(again.samples == image.samples)
    }
  }

  @Test(arguments: [0, 1, 9])
  func compressionLevelsAgree(_ level: Int) throws {
    let image = noise(40, 30, .rgb)
    var options = EncodingOptions(format: .png)
    options.compression = level
    #expect(try Image.decode(try image.encoded(as: options).bytes).samples == image.samples)
  }

  @Test func depthCanBeChosen() throws {
    var options = EncodingOptions(format: .png)
    options.depth = .sixteen
    let deep = try Image.decode(try noise(9, 9, .rgb).encoded(as: options).bytes)
    #expect(deep.depth == .sixteen)
    #expect(deep.samples == noise(9, 9, .rgb).samples)  // 255 divides 65535
  }

  @Test func valuesAreRoundedAndClamped() throws {
    let values: [Float] = [-1, 0.4 / 255, 0.6 / 255, 254.4 / 255, 254.6 / 255, 3, .nan, .infinity]
    let image = Image(width: 8, height: 1, channels: .gray, samples: values)
    let again = try Image.decode(try encode(image, .png))
    #expect(again.samples == [0, 0, 1, 254, 255, 255, 0, 255].map { Float($0) / 255 })
  }

  @Test func pngKeepsMetadata() throws {
    var image = noise(5, 4, .rgb)
    image.metadata.icc = adobeProfile()
    image.metadata.exif = exifBlock(orientation: 1, isBigEndian: false)
    image.metadata.xmp = Array("<x:xmpmeta>ü</x:xmpmeta>".utf8)
    image.metadata.text = [
      TextEntry(keyword: "parameters", text: "limpid, café"),
      TextEntry(keyword: "Note", text: "木"),
      TextEntry(keyword: "Empty", text: ""),
    ]
    image.metadata.density = Density(x: 11_811, y: 5906)
    #expect(try Image.decode(try encode(image, .png)).metadata == image.metadata)
  }

  @Test func jpegKeepsMetadata() throws {
    var image = gradient(24, 16, .rgb)
    image.metadata.icc = adobeProfile(padding: 150_000)  // three segments
    image.metadata.exif = exifBlock(orientation: 1, isBigEndian: true)
    image.metadata.xmp = Array("<x:xmpmeta/>".utf8)
    image.metadata.density = Density(x: 11_811, y: 11_811)  // 300 dots per inch
    #expect(try Image.decode(try encode(image, .jpeg)).metadata == image.metadata)
  }

  @Test func oversizedMetadataIsLeftOutWithAWarning() throws {
    var image = gradient(8, 8, .rgb)
    image.metadata.exif =
      exifBlock(orientation: 1, isBigEndian: true) + [UInt8](repeating: 0, count: 65_535)
    image.metadata.text = [TextEntry(keyword: "Note", text: "left out of JPEG")]
    let encoded = try image.encoded(as: EncodingOptions(format: .jpeg))
    #expect(encoded.warnings.count == 2)
    #expect(try Image.decode(encoded.bytes).metadata.exif == nil)

    let whole = try encode(image, .png)
    let kept = try Image.decode(whole)
    #expect(kept.metadata.exif == nil && kept.warnings.count == 1)
    var limits = ImageLimits()
    limits.exifBytes = 1 << 20
    #expect(try Image.decode(whole, limits: limits).metadata.exif == image.metadata.exif)
  }

  @Test(arguments: [Image.Channels.gray, .rgb])
  func jpegIsClose(_ channels: Image.Channels) throws {
    let image = gradient(61, 43, channels)
    let again = try Image.decode(try encode(image, .jpeg))
    #expect(again.channels == channels && again.format == .jpeg && again.depth == .eight)
    #expect(try #require(psnr(image, again)) > 42)
  }

  @Test func jpegKeepsFullColourResolution() throws {
    // Alternating red and blue columns blur together under 4:2:0.
    let red = (0..<256).map { Float(($0 + 1) % 2) }
    let blue = (0..<256).map { Float($0 % 2) }
    let image = Image(
      width: 16, height: 16, channels: .rgb,
      samples: red + [Float](repeating: 0, count: 256) + blue)
    #expect(try #require(psnr(image, Image.decode(try encode(image, .jpeg)))) > 25)
  }

  @Test func jpegRefusesAlpha() throws {
    #expect(throws: ImageError.self) {
      try noise(4, 4, .rgba).encoded(as: EncodingOptions(format: .jpeg))
    }
    let image = Image(width: 2, height: 1, channels: .grayAlpha, samples: [0.5, 0.5, 1, 0.5])
    let flat = image.flattened(onto: (red: 1, green: 1, blue: 1))
    #expect(flat.channels == .gray && flat.samples == [0.5, 0.75])
  }
}
