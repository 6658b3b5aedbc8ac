import Testing

@testable import Images

/// What is said of places in a picture, after the picture was turned or enlarged.
@Suite struct PlaceTests {
  private static let packet = Array(
    """
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
    xmlns:P="http://ns.google.com/photos/1.0/panorama/" P:FullPanoWidthPixels="4000" \
    xmlns:D="http://ns.google.com/photos/1.0/depthmap/" D:Format="RangeInverse" \
    xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:ISO="100" xmlns:n="n" n:kept="yes">\
    <exif:SubjectArea><rdf:Seq><rdf:li>3</rdf:li><rdf:li>4</rdf:li></rdf:Seq></exif:SubjectArea>\
    <r:Regions xmlns:r="http://www.metadataworkinggroup.com/schemas/regions/" \
    rdf:parseType="Resource"><r:Name>a face</r:Name></r:Regions>\
    </rdf:Description></rdf:RDF></x:xmpmeta>
    """.utf8)

  /// A block with a subject's place beside the speed of the film, and an orientation.
  private static func block(_ orientation: Orientation) throws -> [UInt8] {
    var exif = try #require(EXIF(EXIF.blank()))
    let area = exif.stream.append([3, 0, 4, 0, 1, 0, 1, 0])
    let details = exif.stream.appendDirectory(
      nil,
      adding: [
        exif.stream.record(tag: 0x8827, type: 3, count: 1, value: 100, valueSize: 2),
        exif.stream.record(tag: 0x9214, type: 3, count: 4, value: area),
      ])
    let first = exif.stream.appendDirectory(
      nil,
      adding: [
        exif.stream.record(
          tag: 0x0112, type: 3, count: 1, value: orientation.rawValue, valueSize: 2),
        exif.stream.record(tag: EXIF.exifPointer, type: 4, count: 1, value: details),
      ])
    exif.stream.write(first, at: TagStream<[UInt8]>.firstLink, size: 4)
    return exif.bytes
  }

  private func image(_ orientation: Orientation) throws -> Image {
    var image = gradient(12, 10, .rgb)
    image.metadata.exif = try Self.block(orientation)
    image.metadata.xmp = Self.packet
    return try Image.decode(try encode(image, .jpeg))
  }

  private func tags(_ image: Image) throws -> [Int] {
    let exif = try #require(image.metadata.exif.flatMap(EXIF.init))
    let first = try #require(exif.stream.directory(linkedAt: TagStream<[UInt8]>.firstLink))
    let pointer = try #require(first.entries.first { exif.stream.tag($0) == EXIF.exifPointer })
    return try #require(exif.stream.directory(of: pointer)).entries.map(exif.stream.tag)
  }

  private func xmp(_ image: Image) -> String {
    String(decoding: image.metadata.xmp ?? [], as: UTF8.self)
  }

  @Test func theyStayWhereNothingMoves() throws {
    let image = try image(.upright)
    #expect(image.warnings.isEmpty)
    #expect(try tags(image) == [0x8827, 0x9214])
    #expect(xmp(image) == String(decoding: Self.packet, as: UTF8.self))
  }

  @Test func theyGoWhenAPictureIsTurned() throws {
    let image = try image(.turnedRight)
    #expect(image.width == 10)
    #expect(
      image.warnings == [
        "left out, since outputs do not keep it: the place of the subject, regions of the picture, "
          + "the picture's part of a panorama and a map of depth"
      ])
    #expect(try tags(image) == [0x8827])
    let left = xmp(image)
    #expect(left.contains("exif:ISO") && left.contains("n:kept"))
    for name in ["Subject", "Pano", "panorama", "depth", "Range", "egions", "face"] {
      #expect(!left.contains(name), "\(name)")
    }
  }

  @Test func whatCountsInPixelsGoesWhenAPictureIsEnlarged() throws {
    let small = try image(.upright)
    let image = small.resizing(
      width: 24, height: 20, samples: [Float](repeating: 0, count: 3 * 24 * 20))
    #expect(image.leftOut == ["the place of the subject", "the picture's part of a panorama"])
    #expect(try tags(image) == [0x8827])
    let left = xmp(image)
    #expect(left.contains("RangeInverse") && left.contains("a face"))
    #expect(!left.contains("Subject") && !left.contains("Pano"))
  }
}
