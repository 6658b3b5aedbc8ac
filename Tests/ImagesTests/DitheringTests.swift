import Images
import Testing

@Suite struct DitheringTests {
  private func encoded(_ image: Image, _ format: ImageFormat, depth: Image.Depth? = nil) throws
    -> Image
  {
    var options = EncodingOptions(format: format)
    (options.dithers, options.depth) = (true, depth)
    return try Image.decode(try image.encoded(as: options).bytes)
  }

  @Test func stepsStayAndLevelsBetweenThemAreMixed() throws {
    let image = noise(16, 16, .rgba)
    #expect(try encoded(image, .png).samples == image.samples)
    for part in [0.1, 0.25, 0.5, 0.9] as [Float] {
      let level = (100 + part) / 255
      let flat = Image(
        width: 64, height: 64, channels: .gray, samples: [Float](repeating: level, count: 4096),
        depth: .sixteen)
      let steps = try encoded(flat, .png, depth: .eight).samples.map { $0 * 255 }
      #expect(Set(steps.map { $0.rounded() }) == [100, 101])
      #expect(abs(steps.reduce(0, +) / 4096 - 100 - part) < 0.02)
      // In every 8x8 pixels, not only in the whole.
      let corner = (0..<64).map { steps[$0 / 8 * 64 + $0 % 8] }
      #expect(abs(corner.reduce(0, +) / 64 - 100 - part) < 0.02)
    }
  }

  @Test func sixteenBitsAreNotDithered() throws {
    let image = noise(9, 7, .rgb, .sixteen)
    for format in [ImageFormat.png, .tiff] {
      #expect(try encoded(image, format).samples == image.samples)
    }
    let webP = try encoded(image, .webp)
    #expect(distance(webP, image) < 1 / 255)
    #expect(distance(webP, try Image.decode(try encode(image, .webp))) > 0.5 / 255)
  }
}
