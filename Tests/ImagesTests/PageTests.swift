import Images
import Testing

/// TIFF files of several pages.
@Suite struct PageTests {
  private static let pages = [
    noise(9, 8, .rgb), noise(3, 17, .gray, .sixteen), noise(9, 8, .rgba), noise(1, 1, .grayAlpha),
  ]

  private func file(_ pages: [Image]) throws -> [UInt8] {
    var encoder = PageEncoder(EncodingOptions(format: .tiff))
    for page in pages { try encoder.add(page) }
    return try encoder.finish().bytes
  }

  private func decode(_ bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws -> [Image] {
    var found: [Image] = []
    try Image.decodePages(bytes, all: true, limits: limits) { page, isLast in
      found.append(page)
      #expect(isLast == (found.count == Self.pages.count))
      return true
    }
    return found
  }

  @Test func pagesOfAllKindsComeBack() throws {
    var pages = Self.pages
    pages[1].metadata.exif = exifBlock(orientation: 1, isBigEndian: false)
    pages[2].metadata.settings = "settings"
    pages[3].metadata.icc = nil
    let found = try decode(try file(pages))
    #expect(found.count == pages.count)
    for (found, page) in zip(found, pages) {
      #expect(found.samples == page.samples && found.width == page.width)
      #expect(found.channels == page.channels && found.depth == page.depth)
      #expect(found.warnings.isEmpty)
    }
    #expect(found.map { $0.metadata.exif != nil } == [false, true, true, false])
  }

  @Test func theFirstAloneIsReadWithAWarning() throws {
    let image = try Image.decode(try file(Self.pages))
    #expect(image.samples == Self.pages[0].samples)
    #expect(image.warnings == ["the TIFF has more pages; only its first is read"])
  }

  @Test func otherFormatsHoldOnePage() throws {
    for format in ImageFormat.allCases where format != .tiff && format.isWritten {
      var encoder = PageEncoder(EncodingOptions(format: format))
      try encoder.add(Self.pages[0])
      let error = #expect(throws: ImageError.self) { try encoder.add(Self.pages[0]) }
      #expect("\(try #require(error))".contains("several pages, which \(format) cannot hold"))
    }
    var pages = 0
    try Image.decodePages(try encode(Self.pages[0], .png), all: true) { _, isLast in
      pages += 1
      return isLast
    }
    #expect(pages == 1)
  }

  @Test func aBadPageIsAnErrorAfterTheGoodOnes() throws {
    let bytes = try file(Self.pages)
    var found = 0
    #expect(throws: ImageError.self) {
      try Image.decodePages(Array(bytes.dropLast(40)), all: true) { _, _ in
        found += 1
        return true
      }
    }
    #expect(found > 0 && found < Self.pages.count)
  }

  @Test func pagesAreLimited() throws {
    var limits = ImageLimits()
    limits.pages = 3
    let bytes = try file(Self.pages)
    let error = #expect(throws: ImageError.self) { try decode(bytes, limits: limits) }
    #expect("\(try #require(error))".contains("more than 3 pages"))
  }
}
