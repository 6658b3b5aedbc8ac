import Images
import Quality
import Testing

@Suite struct DefinitionTests {
  private static func image(_ side: Int, _ value: (Int) -> Float) -> Image {
    Image(width: side, height: side, channels: .gray, samples: (0..<side * side).map(value))
  }

  @Test func theRatioOfSignalToNoiseIsInDecibels() throws {
    let a = Image(width: 2, height: 1, channels: .rgb, samples: [0, 0, 0, 0, 0, 0])
    let b = Image(
      width: 2, height: 1, channels: .rgb, samples: [5.3 / 255, 0, 0, 0, 0, 0.3 / 255])
    // One sample of six differs by 5 after rounding: 20 log10(255 / sqrt(25 / 6)).
    #expect(abs(try #require(psnr(a, b)) - 41.93292) < 1e-4)
    #expect(psnr(a, a) == .infinity)
  }

  @Test func alphaDoesNotCount() {
    let a = Image(width: 1, height: 1, channels: .grayAlpha, samples: [0.5, 0])
    let b = Image(width: 1, height: 1, channels: .grayAlpha, samples: [0.5, 1])
    #expect(psnr(a, b) == .infinity)
  }

  @Test func grayIsThreeEqualColours() {
    let gray = Self.image(12) { Float($0 % 7) / 7 }
    let colours = Image(
      width: 12, height: 12, channels: .rgb, samples: gray.samples + gray.samples + gray.samples)
    #expect(psnr(gray, colours) == .infinity)
    #expect(ssim(gray, colours) == 1)
  }

  @Test func whatDoesNotFitIsNotMeasured() {
    let (small, large) = (Self.image(10) { _ in 0.5 }, Self.image(95) { _ in 0.5 })
    #expect(psnr(small, large) == nil && ssim(small, large) == nil)
    #expect(ssim(small, small) == nil && psnr(small, small) != nil)
    #expect(niqe(large) == nil)
    var options = QualityOptions()
    options.border = 5
    #expect(psnr(small, small, options) == nil && niqe(Self.image(96) { _ in 0 }, border: 1) == nil)
  }

  @Test func aSurfaceWithoutVariationHasNoStatistics() {
    #expect(niqe(Self.image(200) { _ in 0 }) == nil)
  }
}
