import Testing

@testable import Images

/// What others wrote beside a picture: kept, or named when it goes.
@Suite struct KeptMetadataTests {
  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  /// The same picture as a file of that format holds it.
  private func through(_ format: ImageFormat, _ image: Image) throws -> Image {
    try Image.decode(try image.encoded(as: EncodingOptions(format: format)).bytes)
  }

  @Test func aCameraFileIsUprightThroughout() throws {
    let image = try Image.decode(try fixture("camera.jpg"))
    #expect(image.width == 17 && image.height == 23)
    let kept = try through(.jpeg, image)
    #expect(kept.warnings.isEmpty)
    let exif = try #require(kept.metadata.exif.flatMap(EXIF.init))
    #expect(exif.orientation == 1)
    let first = try #require(exif.stream.directory(linkedAt: 4))
    #expect(exif.stream.number(at: first.link, size: 4) == 0, "a second directory")
    let pointer = try #require(first.entries.first { exif.stream.tag($0) == EXIF.exifPointer })
    let sizes = try #require(exif.stream.directory(of: pointer)).entries.filter {
      [0xA002, 0xA003].contains(exif.stream.tag($0))
    }.map { exif.stream.number(at: $0 + 8, size: 2) }
    #expect(sizes == [17, 23])
    let xmp = try #require(kept.metadata.xmp.flatMap(XMP.init))
    #expect(xmp.orientation == 1 && xmp.value(.tiff, "ImageWidth") == "17")
    #expect(image.warnings.count == 1 && image.warnings[0].contains("a thumbnail"))
  }

  @Test func thumbnailsLeaveNothingBehind() throws {
    let image = try Image.decode(try fixture("camera.jpg"))
    let block = try #require(image.metadata.exif)
    // The beginning of a JPEG within it.
    #expect(!text(block).contains("JFIF"))
    #expect(block.count < 600)
  }

  @Test(arguments: [ImageFormat.jpeg, .png, .tiff])
  func descriptionsStay(_ format: ImageFormat) throws {
    let image = try Image.decode(try fixture("camera.jpg"))
    let kept = try through(format, image).metadata
    #expect(kept.resources?.iptc == image.metadata.resources?.iptc)
    let iptc = text(kept.resources?.iptc)
    #expect(iptc.contains("A harbour"))
    #expect(text(kept.xmp).contains("Nobody") && text(kept.exif).contains("Limpid"))
    switch format {
    case .jpeg: #expect(kept.comments == [Array("a comment".utf8)])
    case .png: #expect(kept.text.contains(TextEntry(keyword: "Comment", text: "a comment")))
    default: break
    }
  }

  @Test func whatAFormatCannotHoldIsNamed() throws {
    let image = try Image.decode(try fixture("camera.jpg"))
    let webp = try image.encoded(as: EncodingOptions(format: .webp)).warnings
    #expect(webp.contains { $0.contains("IPTC") } && webp.contains { $0.contains("comment") })
    let tiff = try image.encoded(as: EncodingOptions(format: .tiff)).warnings
    #expect(tiff.count == 1 && tiff[0].contains("comments"))
  }

  @Test(arguments: ["camera.jpg", "profiles.png", "described.tif", "geo.tif"])
  func noPlaceIsLeft(_ name: String) throws {
    var image = try Image.decode(try fixture(name))
    image.stripLocation()
    for format in [ImageFormat.png, .jpeg, .tiff, .webp] {
      let file = try image.encoded(as: EncodingOptions(format: format)).bytes
      #expect(!text(file).contains("Whitstable") && !text(file).contains("GPS"))
      let metadata = try Image.decode(file).metadata
      #expect(metadata.text.isEmpty || metadata.text.allSatisfy { !$0.keyword.hasPrefix("Raw") })
      guard let exif = metadata.exif.flatMap(EXIF.init) else { continue }
      let tags = exif.stream.directory(linkedAt: 4)?.entries.map(exif.stream.tag) ?? []
      #expect(EXIF.geographic.union([EXIF.locationPointer]).isDisjoint(with: tags))
    }
    if name != "described.tif", name != "geo.tif" {
      let iptc = text(image.metadata.resources?.iptc)
      #expect(iptc.contains("A harbour"))
    }
  }

  @Test func blocksInTextAreObeyed() throws {
    let image = try Image.decode(try fixture("profiles.png"))
    #expect(image.width == 17 && image.metadata.text.isEmpty)
    let iptc = text(image.metadata.resources?.iptc)
    #expect(iptc.contains("A harbour"))
  }

  @Test func prefixesOfOthersAreTakenOff() throws {
    var image = noise(3, 2, .rgb)
    image.metadata.exif =
      JPEGSegments.exifPrefix + exifBlock(orientation: 6, isBigEndian: false)
    for format in [ImageFormat.png, .webp] {
      let turned = try Image.decode(try encode(image, format))
      #expect(turned.width == 2)
      #expect(turned.metadata.exif == exifBlock(orientation: 1, isBigEndian: false))
    }
  }

  @Test func xmpTurnsWhatEXIFDoesNot() throws {
    var image = noise(3, 2, .rgb)
    image.metadata.xmp = Array(
      (#"<r:D xmlns:r="r" xmlns:t="http://ns.adobe.com/tiff/1.0/">"#
        + "<t:Orientation>6</t:Orientation></r:D>")
        .utf8)
    let turned = try Image.decode(try encode(image, .png))
    #expect(turned.width == 2 && turned.metadata.xmp.flatMap(XMP.init)?.orientation == 1)
    image.metadata.exif = exifBlock(orientation: 1, isBigEndian: true)
    #expect(try Image.decode(try encode(image, .png)).width == 3)
  }

  @Test(arguments: ["geo.tif", "geo-big.tif"])
  func geographyFollowsTheSize(_ name: String) throws {
    let image = try Image.decode(try fixture(name))
    #expect(image.warnings.count == 1 && image.warnings[0].contains("65000"))
    let working = WorkingImage(image).resized(width: 46, height: 51)
    let larger = try through(.tiff, working.image(restored: working.rgb))
    let exif = try #require(larger.metadata.exif.flatMap(EXIF.init))
    func doubles(_ tag: Int) throws -> [Double] {
      let entries = try #require(exif.stream.directory(linkedAt: 4)).entries
      let entry = try #require(entries.first { exif.stream.tag($0) == tag })
      let bytes = Array(exif.bytes[try #require(exif.stream.value(of: entry))])
      return stride(from: 0, to: bytes.count, by: 8).map { start in
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Double.self) }
      }
    }
    #expect(try doubles(EXIF.pixelScale) == [1, 4 / 3, 0])
    #expect(try doubles(EXIF.tiePoints) == [2, 6, 0, 5e5, 4e6, 0])
    var turned = image
    turned = turned.baking(.turnedRight)
    turned.warnOfLosses()
    #expect(turned.warnings.last?.contains("GeoTIFF") == true)
    let left = try #require(turned.metadata.exif.flatMap(EXIF.init)).stream
    let tags = try #require(left.directory(linkedAt: 4)).entries.map(left.tag)
    #expect(EXIF.geographic.isDisjoint(with: tags))
  }
}
