import Images
import Testing

/// Colours that something other than an sRGB profile describes, against other decoders or the
/// formulas of the standards.
@Suite struct DescribedColourTests {
  private static func stayingSRGB(_ image: Image) -> Image {
    let working = WorkingImage(image, stayingSRGB: true)
    let result = working.image(restored: working.rgb)
    var limited = Image(
      width: result.width, height: result.height, channels: result.channels,
      samples: result.samples.map { min(max($0, 0), 1) })
    limited.metadata = result.metadata
    return limited
  }

  /// One of the expected pictures, with three channels.
  private static func expected(_ name: String, like image: Image) throws -> Image {
    let picture = try Image.decode(try fixture("\(name).expected.png"))
    guard image.channels.colourCount == 3, picture.channels == .gray else { return picture }
    let plane = Array(picture.samples)
    return Image(
      width: picture.width, height: picture.height, channels: .rgb,
      samples: plane + plane + plane)
  }

  @Test func inksWithoutAMarkerAreInvertedAsOthersAre() throws {
    let image = try Image.decode(try fixture("inks.jpg"))
    #expect(distance(image, try Image.decode(try fixture("inks.expected.png"))) <= 1.01 / 255)
  }

  @Test(arguments: ["display-p3", "pq", "hlg", "gamma", "linear"])
  func coloursBecomeSRGB(_ name: String) throws {
    let image = try Image.decode(try fixture("\(name).png"))
    let converted = Self.stayingSRGB(image)
    #expect(distance(converted, try Self.expected(name, like: converted)) <= 1.01 / 255)
    #expect(converted.metadata.icc == nil && converted.metadata.declaredColour?.intent == 0)
    #expect(converted.metadata.declaredColour?.codingPoints == nil)
  }

  @Test(arguments: ["display-p3", "pq", "hlg", "gamma", "linear"])
  func unchangedColoursComeBack(_ name: String) throws {
    let image = try Image.decode(try fixture("\(name).png"))
    let working = WorkingImage(image)
    let file = try encode(working.image(restored: working.rgb), .png)
    let again = try Image.decode(file)
    #expect(distance(again, image) <= 0.51 / (image.depth == .eight ? 255 : 6000))
    #expect(again.metadata == image.metadata)
  }

  @Test func codingPointsAreKeptByteForByte() throws {
    let image = try Image.decode(try fixture("pq.png"))
    let colour = try #require(image.metadata.declaredColour)
    #expect(colour.codingPoints == CodingPoints(primaries: 9, transfer: 16))
    #expect(colour.masteringDisplay == Array(0..<24) && colour.contentLight?.count == 8)
    #expect(try Image.decode(try encode(image, .png)).metadata.declaredColour == colour)
  }

  /// What the file shows to a reader that knows ICC profiles, or sRGB alone.
  @Test(arguments: ["display-p3", "gamma", "linear"], [ImageFormat.jpeg, .webp, .tiff])
  func otherFormatsSayItByProfile(_ name: String, _ format: ImageFormat) throws {
    let image = try Image.decode(try fixture("\(name).png"))
    let again = try Image.decode(try encode(image, format))
    let isConverted = name == "linear" && format == .webp
    #expect((again.metadata.icc == nil) == isConverted)
    let seen = Self.stayingSRGB(again)
    // Near black a step of light is many steps of sRGB.
    let tolerance: Float = format == .jpeg ? 0.25 : 1.6 / 255
    #expect(distance(seen, try Self.expected(name, like: seen)) <= tolerance)
  }

  @Test(arguments: [ImageFormat.webp, .tiff])
  func highRangeBecomesSRGBWhereNothingSaysIt(_ format: ImageFormat) throws {
    let image = try Image.decode(try fixture("pq.png"))
    let file = try image.encoded(as: EncodingOptions(format: format))
    #expect(file.warnings.contains { $0.contains("paper") })
    let again = try Image.decode(file.bytes)
    #expect(distance(again, try Self.expected("pq", like: again)) <= 1.01 / 255)
  }

  @Test func profilesMadeHereAreTheSameEveryTime() throws {
    let image = try Image.decode(try fixture("display-p3.png"))
    let files = try (0..<2).map { _ in try encode(image, .tiff) }
    let icc = try #require(try Image.decode(files[0]).metadata.icc)
    #expect(files[0] == files[1])
    // The date of creation.
    #expect(Array(icc[24..<36]) == [7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test func unknownCodingPointsStayWithAWarning() throws {
    var image = noise(4, 4, .rgb)
    image.metadata.declaredColour = DeclaredColour()
    image.metadata.declaredColour?.codingPoints = CodingPoints(primaries: 200, transfer: 13)
    let again = try Image.decode(try encode(image, .png))
    #expect(again.metadata.declaredColour == image.metadata.declaredColour)
    #expect(again.warnings.contains { $0.contains("cICP") })
    let working = WorkingImage(again)
    #expect(working.rgb == again.samples)
    #expect(try again.encoded(as: EncodingOptions(format: .webp)).warnings.count == 1)
  }

  @Test func impossibleChromaticitiesAreIgnored() {
    for value in [Int32.min, -1, 0, 1, Int32.max] {
      var image = noise(4, 4, .rgb)
      image.metadata.declaredColour = DeclaredColour()
      image.metadata.declaredColour?.chromaticities = [Int32](repeating: value, count: 8)
      image.metadata.declaredColour?.gamma = value
      let values = WorkingImage(image).rgb
      #expect(values.allSatisfy { $0.isFinite })
    }
  }
}
