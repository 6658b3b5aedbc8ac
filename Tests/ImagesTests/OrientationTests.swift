import Images
import Testing

@Suite struct OrientationTests {
  /// What upright viewers show of the stored picture `ab / cd / ef`.
  static let shown: [(Orientation, [String])] = [
    (.upright, ["ab", "cd", "ef"]), (.mirrored, ["ba", "dc", "fe"]),
    (.turnedHalf, ["fe", "dc", "ba"]), (.flipped, ["ef", "cd", "ab"]),
    (.transposed, ["ace", "bdf"]), (.turnedRight, ["eca", "fdb"]),
    (.transversed, ["fdb", "eca"]), (.turnedLeft, ["bdf", "ace"]),
  ]

  private func samples(_ rows: [String]) -> [Float] {
    rows.joined().utf8.map { Float($0) / 255 }
  }

  @Test(arguments: shown, [false, true])
  func everyOrientationIsBaked(_ shown: (Orientation, [String]), isBigEndian: Bool) throws {
    let (orientation, rows) = shown
    for type: UInt16 in [3, 4] {
      let plane = samples(["ab", "cd", "ef"])
      var image = Image(width: 2, height: 3, channels: .rgb, samples: plane + plane + plane)
      image.metadata.exif = exifBlock(
        orientation: UInt16(orientation.rawValue), isBigEndian: isBigEndian, type: type)
      image.metadata.density = Density(x: 1000, y: 2000)
      let upright = try Image.decode(try encode(image, .png))
      #expect(upright.width == rows[0].count && upright.height == rows.count)
      #expect(upright.samples == samples(rows) + samples(rows) + samples(rows))
      #expect(
        upright.metadata.exif == exifBlock(orientation: 1, isBigEndian: isBigEndian, type: type))
      #expect(upright.metadata.density?.x == (orientation.rawValue > 4 ? 2000 : 1000))
      #expect(upright.warnings.isEmpty)
    }
  }

  @Test(arguments: [ImageFormat.png, .jpeg, .webp])
  func pixelsAndTagsStayWhenAsked(_ format: ImageFormat) throws {
    for orientation in Orientation.allCases {
      var image = gradient(6, 4, .rgb)
      image.metadata.exif = exifBlock(
        orientation: UInt16(orientation.rawValue), isBigEndian: true)
      image.metadata.xmp = Array(#"<a tiff:Orientation="6"/>"#.utf8)
      let bytes = try encode(image, format)
      let kept = try Image.decode(bytes, orientation: .keep)
      #expect(kept.metadata == image.metadata && kept.width == 6 && kept.warnings.isEmpty)
      let upright = try Image.decode(bytes)
      #expect(upright.samples == kept.upright(from: orientation).samples)
      // What pixels depend on is not stripped with the rest.
      var bare = kept
      bare.metadata = bare.metadata.ofPixelsAlone
      let again = try Image.decode(try encode(bare, .png))
      #expect(again.samples == upright.samples)
      #expect((again.metadata.exif == nil) == (orientation == .upright))
      #expect(again.metadata.xmp == nil)
    }
  }

  @Test func meaninglessOrientationWarnsAndStays() throws {
    for value: UInt16 in [0, 9, 65535] {
      var image = noise(3, 2, .gray)
      image.metadata.exif = exifBlock(orientation: value, isBigEndian: false)
      let decoded = try Image.decode(try encode(image, .png))
      #expect(decoded.samples == image.samples)
      #expect(decoded.metadata.exif == image.metadata.exif)
      #expect(decoded.warnings.count == 1)
    }
  }

  @Test func brokenEXIFWarnsAndIsLeftOut() throws {
    let sound = exifBlock(orientation: 6, isBigEndian: false)
    let farDirectory = Array(sound.prefix(4)) + [0xFF, 0xFF, 0xFF, 0xFF] + sound.dropFirst(8)
    let manyEntries = Array(sound.prefix(8)) + [0xFF, 0xFF] + sound.dropFirst(10)
    for block in [farDirectory, manyEntries, Array(sound.prefix(20)), Array(sound.prefix(8))] {
      var image = gradient(8, 8, .rgb)
      image.metadata.exif = block
      let decoded = try Image.decode(try encode(image, .jpeg))
      #expect(decoded.metadata.exif == nil)
      #expect(decoded.warnings.count == 1)
    }
  }
}
