import Images
import Testing

/// Damaged and lying files: an error, never a crash, never part of a picture.
@Suite struct HostileFileTests {
  /// Small files that between them use every branch of the decoders.
  static func samples() throws -> [[UInt8]] {
    var palette = PNGFile(
      width: 9, height: 7, colour: .palette, bits: 4, isInterlaced: true,
      samples: (0..<63).map { $0 % 16 })
    palette.chunks = [
      ("PLTE", [UInt8](0..<48)), ("tRNS", [UInt8](0..<16)),
      ("eXIf", exifBlock(orientation: 6, isBigEndian: false)),
    ]
    var tagged = noise(6, 5, .rgba, .sixteen)
    tagged.metadata.icc = adobeProfile()
    tagged.metadata.text = [TextEntry(keyword: "Note", text: "木")]
    var jpeg = gradient(17, 9, .rgb)
    jpeg.metadata.exif = exifBlock(orientation: 5, isBigEndian: true)
    jpeg.metadata.icc = adobeProfile()
    return [palette.bytes, try encode(tagged, .png), try encode(jpeg, .jpeg)]
      + (try ["progressive.jpg", "restarts.jpg", "gray.jpg", "cmyk.jpg", "text.png"].map(fixture))
  }

  @Test(arguments: 0..<8)
  func everyTruncationIsAnError(_ sample: Int) throws {
    let bytes = try Self.samples()[sample]
    _ = try Image.decode(bytes)
    for length in 0..<bytes.count {
      let error = #expect(throws: ImageError.self) {
        try Image.decode(Array(bytes.prefix(length)))
      }
      if case .unknownFormat = error { #expect(length < 8) }
    }
  }

  @Test(arguments: 0..<8)
  func flippedBytesNeverCrash(_ sample: Int) throws {
    let bytes = try Self.samples()[sample]
    var limits = ImageLimits()
    limits.pixels = 1 << 14
    var generator = SeededGenerator(seed: UInt64(sample))
    for round in 0..<500 {
      var damaged = bytes
      for _ in 0...round % 3 {
        damaged[Int.random(in: 2..<bytes.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      if bytes[0] == 0x89, round % 2 == 0 { repairChecksums(&damaged) }
      let image = try? Image.decode(damaged, limits: limits)
      if let image { _ = WorkingImage(image) }
    }
  }

  /// Makes chunk checksums right again, so that the damage reaches the code behind them.
  private func repairChecksums(_ bytes: inout [UInt8]) {
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard start + 12 + length <= bytes.count else { return }
      let end = start + 8 + length
      bytes.replaceSubrange(end..<end + 4, with: bigEndian(Int(crc(bytes[start + 4..<end]))))
      start = end + 4
    }
  }

  @Test func hugePNGIsRefusedByItsHeader() throws {
    let file = PNGFile(width: 60_000, height: 60_000, colour: .gray, bits: 1, samples: [])
    let header = PNGFile.signature + PNGFile.encoded(("IHDR", file.header))
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(
        throws: ImageError.tooLarge("60000x60000 is 3600.0 Mpx, the limit is 268.4 Mpx")
      ) { try Image.decode(header) }
    }
    #expect(time < .milliseconds(100))
  }

  @Test func longSidesAndLargeJPEGsAreRefused() throws {
    let wide = PNGFile(width: 65_501, height: 1, colour: .gray, bits: 1, samples: [])
    let huge = PNGFile(width: 1 << 31, height: 1 << 31, colour: .gray, bits: 1, samples: [])
    for file in [wide, huge] {
      let error = #expect(throws: ImageError.self) {
        try Image.decode(PNGFile.signature + PNGFile.encoded(("IHDR", file.header)))
      }
      guard case .tooLarge = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    var jpeg = try fixture("gray.jpg")
    let frame = try #require(
      jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0x00, 0xFF, 0x00])
    #expect(throws: ImageError.tooLarge("65280x65280 is 4261.4 Mpx, the limit is 268.4 Mpx")) {
      try Image.decode(jpeg)
    }
  }

  @Test func textThatInflatesBeyondTheLimitIsLeftOut() throws {
    var image = noise(2, 2, .gray)
    image.metadata.text = [
      TextEntry(keyword: "Large", text: String(repeating: "x", count: 2 << 20))
    ]
    let decoded = try Image.decode(try encode(image, .png))
    #expect(decoded.metadata.text.isEmpty)
    #expect(!decoded.warnings.isEmpty)
  }

  @Test(arguments: [
    ("", "empty"), ("hello, world\n", "text"), ("GIF89a......", "GIF"), ("II*\0....", "TIFF"),
    ("RIFF....WEBPVP8 ", "WebP"), ("....ftypavif", "AVIF"), ("....ftypheic", "HEIC"),
    ("%PDF-1.7", "PDF"), ("\0\0\u{1}\0", "icon"), ("\u{1}\u{2}\u{0}\u{4}", "unknown binary"),
  ])
  func otherFilesAreNamed(_ content: String, _ name: String) {
    let error = #expect(throws: ImageError.self) { try Image.decode(Array(content.utf8)) }
    #expect(error?.description.contains(name) == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func fileSizeIsLimited() throws {
    var limits = ImageLimits()
    limits.fileBytes = 100
    #expect(throws: ImageError.tooLarge("786 bytes, the limit is 100")) {
      try Image.decode(try fixture("baseline.jpg"), limits: limits)
    }
  }
}
