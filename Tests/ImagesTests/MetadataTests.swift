import Images
import Testing

/// Changes to metadata: settings, places, and what is left alone.
@Suite struct MetadataTests {
  /// A little-endian block with a GPS directory, a maker's name and an EXIF directory.
  static func located() -> [UInt8] {
    func short(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
    func long(_ value: Int) -> [UInt8] { short(value & 0xFFFF) + short(value >> 16) }
    func entry(_ tag: Int, _ type: Int, _ count: Int, _ value: [UInt8]) -> [UInt8] {
      short(tag) + short(type) + long(count) + value
    }
    // 8: first directory of three entries; 50: EXIF directory; 68: GPS directory; 86: value.
    return Array("II*\0".utf8) + long(8)
      + short(3) + entry(0x010F, 2, 4, Array("abc\0".utf8)) + entry(0x8769, 4, 1, long(50))
      + entry(0x8825, 4, 1, long(68)) + long(0)
      + short(1) + entry(0x9003, 2, 4, Array("123\0".utf8)) + long(0)
      + short(1) + entry(0x0002, 2, 8, long(86)) + long(0)
      + Array("12°34'".utf8.prefix(8))
  }

  @Test(arguments: [ImageFormat.png, .jpeg, .webp])
  func placesAreTakenOut(_ format: ImageFormat) throws {
    var image = gradient(16, 16, .rgb)
    image.metadata.exif = Self.located()
    image.metadata.xmp = Array(
      #"<a exif:GPSLatitude="12,34N" b="1"><exif:GPSLongitude>5</exif:GPSLongitude></a>"#.utf8)
    image.stripLocation()
    let metadata = try Image.decode(try encode(image, format)).metadata
    let exif = try #require(metadata.exif)
    #expect(exif.count == Self.located().count)
    #expect(!exif.contains(subsequence: Array("12°34".utf8)))
    #expect(exif.contains(subsequence: Array("abc".utf8)))
    #expect(exif.contains(subsequence: Array("123".utf8)))
    let xmp = String(decoding: try #require(metadata.xmp), as: UTF8.self)
    #expect(!xmp.contains("GPS") && !xmp.contains("12,34") && xmp.contains(#"b="1""#))
  }

  @Test(arguments: [ImageFormat.jpeg, .webp], [true, false])
  func settingsAreAnEXIFComment(_ format: ImageFormat, _ hasBlock: Bool) throws {
    var image = gradient(16, 16, .rgb)
    if hasBlock { image.metadata.exif = Self.located() }
    image.metadata.settings = "limpid, tile 64"
    let encoded = try image.encoded(as: EncodingOptions(format: format))
    #expect(encoded.warnings.isEmpty)
    let exif = try #require(try Image.decode(encoded.bytes).metadata.exif)
    #expect(exif.contains(subsequence: Array("ASCII\0\0\0limpid, tile 64".utf8)))
    if hasBlock {
      // Everything else stays at its place but for the link to the EXIF directory.
      let before = Self.located()
      let changed = before.indices.filter { exif[$0] != before[$0] }
      #expect(!changed.isEmpty && changed.allSatisfy { (30..<34).contains($0) })
      image.metadata.exif = exif
      let again = try image.encoded(as: EncodingOptions(format: format))
      #expect(again.warnings.count == 1, "a comment that is there stays")
    }
  }

  @Test func settingsAreAPNGText() throws {
    var image = noise(4, 4, .rgb)
    image.metadata.settings = "limpid"
    let text = try Image.decode(try encode(image, .png)).metadata.text
    #expect(text == [TextEntry(keyword: "parameters", text: "limpid")])
    image.metadata.text = text
    #expect(try Image.decode(try encode(image, .png)).metadata.text.count == 2)
  }

  @Test func alphaIsDroppedOrRestored() throws {
    let image = noise(8, 8, .rgba)
    #expect(image.opaque.channels == .rgb)
    #expect(image.opaque.samples.elementsEqual(image.samples.prefix(192)))
    let working = WorkingImage(image)
    let alpha = try #require(working.variedAlpha)
    #expect(alpha.elementsEqual(image.plane(3)))
    let half = alpha.map { $0 / 2 }
    let restored = working.image(restored: working.rgb, alpha: half + half + half)
    #expect(zip(restored.plane(3), half).allSatisfy { abs($0 - $1) < 1e-6 })
    let flat = Image(
      width: 2, height: 1, channels: .grayAlpha, samples: [0.1, 0.2, 0.5, 0.5])
    #expect(WorkingImage(flat).variedAlpha == nil)
  }

  @Test func coloursMayStayInSRGB() throws {
    var image = noise(8, 8, .rgb)
    image.metadata.icc = adobeProfile()
    let working = WorkingImage(image, stayingSRGB: true)
    let result = working.image(restored: working.rgb)
    #expect(result.metadata.icc == nil && result.metadata.declaredColour?.intent == 0)
    #expect(distance(result, image) > 0.01)
  }
}

extension [UInt8] {
  fileprivate func contains(subsequence: [UInt8]) -> Bool {
    guard count >= subsequence.count else { return false }
    return (0...(count - subsequence.count)).contains {
      self[$0..<($0 + subsequence.count)].elementsEqual(subsequence)
    }
  }
}
