import Images
import Testing

/// Every colour type, depth and interlacing against files written by hand.
@Suite struct PNGDecodingTests {
  struct Kind: CustomTestStringConvertible {
    let colour: PNGFile.Colour
    let bits: Int
    let isInterlaced: Bool
    let isKeyed: Bool  // has a tRNS chunk

    var testDescription: String {
      "\(colour) \(bits) bit\(isInterlaced ? " interlaced" : "")\(isKeyed ? " tRNS" : "")"
    }
  }

  static let kinds = PNGFile.Colour.allCases.flatMap { colour in
    colour.depths.flatMap { bits in
      [false, true].flatMap { isInterlaced in
        [false, true].filter { !$0 || colour.channels % 2 == 1 }.map {
          Kind(colour: colour, bits: bits, isInterlaced: isInterlaced, isKeyed: $0)
        }
      }
    }
  }

  @Test(arguments: kinds)
  func decodesExactly(_ kind: Kind) throws {
    for (width, height) in [(1, 1), (3, 2), (13, 9), (33, 17)] {
      var generator = SeededGenerator(seed: UInt64(width))
      let count = width * height * kind.colour.channels
      var file = PNGFile(
        width: width, height: height, colour: kind.colour, bits: kind.bits,
        isInterlaced: kind.isInterlaced,
        samples: (0..<count).map { _ in Int.random(in: 0..<1 << kind.bits, using: &generator) })
      let palette = (0..<1 << min(kind.bits, 8)).map { _ in
        (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) }
      }
      if kind.colour == .palette { file.chunks.append(("PLTE", palette.flatMap { $0.prefix(3) })) }
      if kind.isKeyed { file.chunks.append(("tRNS", key(file, palette))) }

      let image = try Image.decode(file.bytes)
      #expect(image.width == width && image.height == height)
      #expect(image.depth == (kind.bits == 16 ? .sixteen : .eight))
      #expect(image.format == .png)
      #expect(image.warnings.isEmpty)
      #expect(image.samples == expected(file, palette, isKeyed: kind.isKeyed))
    }
  }

  /// Makes the first pixel's colour transparent, or gives each palette entry its fourth value.
  private func key(_ file: PNGFile, _ palette: [[UInt8]]) -> [UInt8] {
    if file.colour == .palette { return palette.map { $0[3] } }
    return file.samples.prefix(file.colour.channels).flatMap { bigEndian($0).suffix(2) }
  }

  private func expected(_ file: PNGFile, _ palette: [[UInt8]], isKeyed: Bool) -> [Float] {
    let channels = file.colour.channels
    let pixels = stride(from: 0, to: file.samples.count, by: channels).map { start -> [Float] in
      let pixel = Array(file.samples[start..<start + channels])
      if file.colour == .palette {
        return palette[pixel[0]].prefix(isKeyed ? 4 : 3).map { Float($0) / 255 }
      }
      let values = pixel.map { Float($0) / Float(1 << file.bits - 1) }
      let isHidden = pixel == Array(file.samples.prefix(channels))
      return isKeyed ? values + [isHidden ? 0 : 1] : values
    }
    return pixels[0].indices.flatMap { channel in pixels.map { $0[channel] } }
  }

  @Test func darkSixteenBitStaysSixteenBit() throws {
    let file = PNGFile(
      width: 4, height: 1, colour: .gray, bits: 16, samples: [0, 1, 200, 255])
    let image = try Image.decode(file.bytes)
    #expect(image.depth == .sixteen)
    #expect(image.samples == [0, 1, 200, 255].map { Float($0) / 65535 })
    let again = try Image.decode(try encode(image, .png))
    #expect(again.depth == .sixteen)
    #expect(again.samples == image.samples)
  }

  @Test func keepsTextProfileAndDensityOfAnotherEncoder() throws {
    let image = try Image.decode(try fixture("text.png"))
    #expect(image.metadata.text.map(\.keyword) == ["Title", "Comment", "Author"])
    #expect(image.metadata.text[0].text == "plain")
    #expect(image.metadata.text[1].text == String(repeating: "packed ", count: 20))
    #expect(image.metadata.text[2].text == "Łódź 木")
    #expect(image.metadata.icc?.count ?? 0 > 400)
    #expect(image.metadata.density == Density(x: 2835, y: 2835))
    #expect(image.width == 17 && image.height == 23)  // EXIF said turned left
    let expected = try Image.decode(try fixture("text.expected.png"))
    #expect(distance(image, expected) == 0)
  }

  @Test func warnsOfAnimationAndKeepsForeignColour() throws {
    var file = PNGFile(width: 1, height: 1, colour: .gray, bits: 8, samples: [7])
    file.chunks = [
      ("gAMA", bigEndian(100_000)), ("acTL", bigEndian(2) + bigEndian(0)), ("cICP", [9, 16, 0, 1]),
    ]
    let image = try Image.decode(file.bytes)
    #expect(image.warnings.count == 1)
    #expect(image.metadata.declaredColour?.gamma == 100_000)
    #expect(
      image.metadata.declaredColour?.codingPoints == CodingPoints(primaries: 9, transfer: 16))
    let again = try Image.decode(try encode(image, .png))
    #expect(again.metadata.declaredColour == image.metadata.declaredColour)
  }

  @Test func readsMetadataBehindThePixels() throws {
    var file = PNGFile(width: 1, height: 1, colour: .gray, bits: 8, samples: [7])
    file.trailingChunks = [
      ("tEXt", Array("Late\0caf\u{e9}".unicodeScalars.map { UInt8($0.value) })),
      ("eXIf", exifBlock(orientation: 1, isBigEndian: true)),
    ]
    let image = try Image.decode(file.bytes)
    #expect(image.metadata.text == [TextEntry(keyword: "Late", text: "café")])
    #expect(image.metadata.exif == exifBlock(orientation: 1, isBigEndian: true))
  }
}
