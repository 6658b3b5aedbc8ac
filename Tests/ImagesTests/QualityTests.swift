import Images
import Testing

@Suite struct QualityTests {
  @Test func followsTheDefinition() throws {
    let a = Image(width: 2, height: 1, channels: .rgb, samples: [0, 0, 0, 0, 0, 0])
    let b = Image(
      width: 2, height: 1, channels: .rgb, samples: [5.3 / 255, 0, 0, 0, 0, 0.3 / 255])
    // One sample of six differs by 5 after rounding: 20 log10(255 / sqrt(25 / 6)).
    #expect(abs(try #require(psnr(a, b)) - 41.93292) < 1e-4)
    #expect(psnr(a, a) == .infinity)
    #expect(psnr(a, noise(1, 1, .rgb)) == nil)
  }

  @Test func alphaDoesNotCount() {
    let a = Image(width: 1, height: 1, channels: .grayAlpha, samples: [0.5, 0])
    let b = Image(width: 1, height: 1, channels: .grayAlpha, samples: [0.5, 1])
    #expect(psnr(a, b) == .infinity)
  }
}
