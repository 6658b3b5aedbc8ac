import Foundation
import Images
import Testing

/// Files of another encoder against that program's own decoding.
@Suite struct JPEGDecodingTests {
  @Test(arguments: ["baseline", "progressive", "restarts", "gray", "tagged"])
  func agreesWithAnotherDecoder(_ name: String) throws {
    let image = try Image.decode(try fixture("\(name).jpg"))
    let expected = try Image.decode(try fixture("\(name).expected.png"))
    #expect(distance(image, expected) <= 1.01 / 255)
    #expect(image.channels == (name == "gray" ? .gray : .rgb))
    #expect(image.warnings.isEmpty)
  }

  @Test func cmykWithoutProfileUsesThePlainFormulaAndSaysSo() throws {
    let image = try Image.decode(try fixture("cmyk.jpg"))
    let expected = try Image.decode(try fixture("cmyk.expected.png"))
    #expect(distance(image, expected) <= 1.01 / 255)
    #expect(image.warnings.count == 1)
  }

  @Test func cmykWithProfileIsConverted() throws {
    let segment = Array("ICC_PROFILE\0".utf8) + [1, 1] + cmykProfile()
    var file = try fixture("cmyk.jpg")
    file.insert(contentsOf: [0xFF, 0xE2] + bigEndian(segment.count + 2).suffix(2) + segment, at: 2)
    let image = try Image.decode(file)
    let plain = try Image.decode(try fixture("cmyk.expected.png"))
    #expect(image.metadata.icc == nil)
    #expect(image.warnings.count == 1 && image.warnings[0].contains("embedded profile"))
    // The profile makes lightness fall linearly with the sum of the inks.
    let errors = (0..<image.pixelCount).flatMap { i -> [Double] in
      let pixels = [i, i + image.pixelCount, i + 2 * image.pixelCount]
      let lightness = 100 * pixels.reduce(0) { $0 + Double(plain.samples[$1]) } / 3
      return pixels.map { abs(Double(image.samples[$0]) - encodedGray(lightness: lightness)) }
    }
    #expect(try #require(errors.max()) < 0.02)
  }

  private func encodedGray(lightness: Double) -> Double {
    let root = (lightness + 16) / 116
    let linear = lightness > 8 ? root * root * root : lightness / 903.3
    return linear > 0.0031308 ? 1.055 * pow(linear, 1 / 2.4) - 0.055 : 12.92 * linear
  }

  @Test func keepsTagsOfAnotherEncoder() throws {
    let image = try Image.decode(try fixture("tagged.jpg"))
    #expect(image.width == 17 && image.height == 23)
    #expect(image.metadata.icc != nil)
    #expect(image.metadata.density == Density(x: 11_811, y: 11_811))
    let xmp = String(decoding: try #require(image.metadata.xmp), as: UTF8.self)
    #expect(xmp.contains("tiff:Orientation=\"1\""))
  }

  @Test func scanLimitHolds() throws {
    var limits = ImageLimits()
    limits.jpegScans = 2
    #expect(throws: ImageError.tooLarge("more than 2 scans")) {
      try Image.decode(try fixture("progressive.jpg"), limits: limits)
    }
  }

  @Test func twelveBitIsNamedAsUnsupported() throws {
    var file = try fixture("baseline.jpg")
    let frame = try #require(
      file.indices.dropLast().first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
    file[frame + 4] = 12
    let error = #expect(throws: ImageError.self) { try Image.decode(file) }
    guard case .unsupported = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
