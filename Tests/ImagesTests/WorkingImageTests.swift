import Images
import Testing

@Suite struct WorkingImageTests {
  @Test(arguments: RoundTripTests.channels)
  func unchangedPixelsComeBack(_ channels: Image.Channels) throws {
    let image = noise(19, 11, channels, .sixteen)
    let working = WorkingImage(image)
    #expect(working.rgb.count == 3 * image.pixelCount)
    let back = working.image(restored: working.rgb)
    #expect(back.channels == channels && back.depth == .sixteen)
    #expect(distance(back, image) < 1e-6)
    #expect(try encode(back, .png) == encode(image, .png))
  }

  @Test func grayIsRepeatedAndComesBackAsLuma() {
    let image = Image(width: 2, height: 1, channels: .gray, samples: [0.25, 0.75])
    let working = WorkingImage(image)
    #expect(working.rgb == [0.25, 0.75, 0.25, 0.75, 0.25, 0.75])
    let back = working.image(restored: [1, 0, 0, 1, 0, 0])
    #expect(back.samples == [0.299, 0.587])
  }

  @Test func hiddenColoursAreReplacedForTheNetworkOnly() {
    // One visible pixel at each end; garbage between them.
    let colours: [Float] = [0.25, 1, 1, 1, 1, 0.75]
    let alpha: [Float] = [1, 0, 0, 0, 0, 0.5]
    let image = Image(width: 6, height: 1, channels: .grayAlpha, samples: colours + alpha)
    let working = WorkingImage(image)
    #expect(Array(working.rgb.prefix(6)) == [0.25, 0.25, 0.25, 0.75, 0.75, 0.75])
    let back = working.image(restored: [Float](repeating: 0.5, count: 18))
    #expect(back.plane(1).elementsEqual(alpha))
    #expect(back.plane(0).map { ($0 * 100).rounded() } == [50, 100, 100, 100, 100, 50])
  }

  @Test func everyHiddenPixelTakesTheNearestVisibleColour() {
    let (width, height) = (23, 19)
    var generator = SeededGenerator(seed: 5)
    let colours = (0..<width * height).map { Float($0) / 1000 }
    let alpha = colours.map { _ -> Float in Int.random(in: 0..<12, using: &generator) == 0 ? 1 : 0 }
    let image = Image(
      width: width, height: height, channels: .grayAlpha, samples: colours + alpha)
    let filled = WorkingImage(image).rgb
    func squared(_ a: Int, _ b: Int) -> Int {
      let (dx, dy) = (a % width - b % width, a / width - b / width)
      return dx * dx + dy * dy
    }
    for pixel in colours.indices {
      let source = Int((filled[pixel] * 1000).rounded())
      #expect(alpha[source] == 1)
      let best = colours.indices.filter { alpha[$0] == 1 }.map { squared($0, pixel) }.min()!
      #expect(squared(source, pixel) <= best + 2)
    }
  }

  /// Transparency is resampled as colours are; what is the same everywhere stays so.
  @Test func becomesTheImageOfALargerPicture() {
    let alpha: [Float] = [1, 1, 0.5, 0.5, 1, 1, 0.5, 0.5]
    let image = Image(
      width: 4, height: 2, channels: .grayAlpha, samples: [Float](repeating: 0.25, count: 8) + alpha
    )
    let working = WorkingImage(image).resized(width: 12, height: 6)
    #expect(working.rgb.allSatisfy { abs($0 - 0.25) < 1e-6 })
    let back = working.image(restored: [Float](repeating: 0.75, count: 3 * 72))
    #expect((back.width, back.height) == (12, 6) && back.channels == .grayAlpha)
    #expect(back.plane(0).allSatisfy { abs($0 - 0.75) < 1e-6 })
    let row = Array(back.plane(1).prefix(12))
    #expect(abs(row[0] - 1) < 0.05 && abs(row[11] - 0.5) < 0.05)
    #expect(row.contains { (0.6...0.9).contains($0) })
    #expect(back.plane(1).allSatisfy { (0.4...1).contains($0) })
  }

  @Test func whollyTransparentImagesPass() {
    let image = Image(width: 2, height: 1, channels: .grayAlpha, samples: [0.5, 1, 0, 0])
    #expect(WorkingImage(image).rgb.prefix(2) == [0.5, 1])
  }

  @Test(arguments: [Image.Channels.rgb, .rgba])
  func profileIsConvertedThereAndBack(_ channels: Image.Channels) throws {
    var image = noise(40, 30, channels, .sixteen)
    let profile = adobeProfile()
    image.metadata.icc = profile
    let working = WorkingImage(image)
    #expect(working.warnings.isEmpty)
    #expect(working.rgb.allSatisfy { (0...1).contains($0) })
    #expect(zip(working.rgb, image.samples).contains { abs($0 - $1) > 0.02 })
    let back = working.image(restored: working.rgb)
    #expect(distance(back, image) < 0.25 / 255)
    #expect(back.metadata.icc == profile)
    #expect(try Image.decode(try encode(back, .png)).metadata.icc == profile)
  }

  @Test func conversionFollowsThePublishedCurves() throws {
    var image = Image(width: 1, height: 1, channels: .rgb, samples: [0.5, 0.5, 0.5])
    image.metadata.icc = adobeProfile()
    // 0.5 ^ 2.2 = 0.21764 in light, which sRGB writes as 0.50387 (IEC 61966-2-1).
    for value in WorkingImage(image).rgb { #expect(abs(value - 0.50387) < 5e-4) }
  }

  @Test func sRGBProfilesLeaveValuesAlone() throws {
    for profile in [sRGBProfile(), try Image.decode(try fixture("tagged.jpg")).metadata.icc!] {
      var image = noise(9, 9, .rgb)
      image.metadata.icc = profile
      let working = WorkingImage(image)
      #expect(working.rgb == image.samples)
      #expect(working.image(restored: working.rgb).samples == image.samples)
    }
  }

  @Test func grayProfileIsConvertedAndComesBack() throws {
    var image = noise(9, 9, .gray)
    let profile = grayProfile()
    image.metadata.icc = profile
    let decoded = try Image.decode(try encode(image, .png))
    #expect(decoded.metadata.icc == profile)
    let working = WorkingImage(decoded)
    #expect(zip(working.rgb, image.samples).contains { abs($0 - $1) > 0.02 })
    #expect(distance(working.image(restored: working.rgb), image) < 0.5 / 255)
  }

  @Test func unfittingProfilesAreLeftOutWithAWarning() throws {
    for profile in [grayProfile(), cmykProfile(), [UInt8](repeating: 7, count: 300)] {
      var image = gradient(8, 8, .rgb)
      image.metadata.icc = profile
      let decoded = try Image.decode(try encode(image, .jpeg))
      #expect(decoded.metadata.icc == nil)
      #expect(decoded.warnings.count == 1)
    }
  }
}
