import Testing

@testable import Images

/// Pictures and videos beside a JPEG's own, and what refers to them.
@Suite struct CompanionTests {
  private static func packet(_ properties: String) -> [UInt8] {
    Array(
      """
      <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
      xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
      \(properties)</rdf:Description></rdf:RDF></x:xmpmeta>
      """.utf8)
  }

  private func file(_ xmp: [UInt8], behind rest: [UInt8] = []) throws -> [UInt8] {
    var image = gradient(16, 16, .rgb)
    image.metadata.xmp = xmp
    return try encode(image, .jpeg) + rest
  }

  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  @Test func aSecondPictureIsNamed() throws {
    let image = try Image.decode(try fixture("stereo.jpg"))
    #expect(image.warnings.count == 1 && image.warnings[0].contains("another picture"))
    #expect(try Image.decode(try encode(image, .jpeg)).warnings.isEmpty)
  }

  @Test func gainMapsGoWithTheirClaims() throws {
    let properties = """
      xmlns:g="http://ns.adobe.com/hdr-gain-map/1.0/" g:Version="1.0" \
      xmlns:C="http://ns.google.com/photos/1.0/container/" \
      xmlns:Item="http://ns.google.com/photos/1.0/container/item/" xmlns:n="n" n:kept="yes"> \
      <C:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><C:Item Item:Semantic="GainMap"/>\
      </rdf:li></rdf:Seq></C:Directory>
      """
    let bytes = try file(Self.packet(properties), behind: encode(gradient(8, 8, .gray), .jpeg))
    let image = try Image.decode(bytes)
    #expect(image.warnings == ["left out, since outputs do not keep it: a gain map"])
    let left = text(image.metadata.xmp)
    #expect(left.contains("n:kept=\"yes\""))
    #expect(!left.contains("Version") && !left.contains("Directory") && !left.contains("gain"))
    #expect(try Image.decode(try encode(image, .jpeg)).warnings.isEmpty)
  }

  @Test func videosGoWithTheirClaims() throws {
    let properties = """
      xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MicroVideo="1" \
      GCamera:MotionPhoto="1" GCamera:Special="kept">
      """
    let video = [0, 0, 0, 24] + Array("ftypmp42".utf8) + [UInt8](repeating: 1, count: 40)
    let image = try Image.decode(try file(Self.packet(properties), behind: video))
    #expect(image.warnings.count == 1 && image.warnings[0].contains("a video"))
    let left = text(image.metadata.xmp)
    #expect(left.contains("Special") && !left.contains("Video") && !left.contains("Motion"))
  }

  @Test func zerosBehindAPictureAreNothing() throws {
    let bytes = try file(Self.packet(">"), behind: [UInt8](repeating: 0, count: 100))
    #expect(try Image.decode(bytes).warnings.isEmpty)
    let other = try Image.decode(try file(Self.packet(">"), behind: Array("SEFT and more".utf8)))
    #expect(other.warnings.count == 1 && other.warnings[0].contains("13 bytes"))
  }

  private func extended(_ key: String, parts: [[UInt8]]) throws -> [UInt8] {
    let main = Self.packet(
      #"xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="\#(key)">"#)
    var bytes = try file(main)
    let total = parts.reduce(0) { $0 + $1.count }
    var offset = 0
    var segments: [UInt8] = []
    for part in parts {
      let payload =
        JPEGSegments.extensionPrefix + Array(key.utf8) + bigEndian(total) + bigEndian(offset) + part
      segments += [0xFF, 0xE1] + bigEndian(payload.count + 2).suffix(2) + payload
      offset += part.count
    }
    let end = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDB })
    bytes.insert(contentsOf: segments, at: end)
    return bytes
  }

  @Test func extendedXMPStays() throws {
    let key = String(repeating: "0123456789ABCDEF", count: 2)
    let more = Self.packet(#"xmlns:d="depth" d:data="\#(String(repeating: "7", count: 90_000))">"#)
    let parts = [Array(more.prefix(60_000)), Array(more.dropFirst(60_000))]
    let image = try Image.decode(try extended(key, parts: parts))
    #expect(image.metadata.xmpExtension == more && image.warnings.isEmpty)
    let again = try Image.decode(try encode(image, .jpeg))
    #expect(again.metadata == image.metadata)
    for format in [ImageFormat.png, .webp, .tiff] {
      let merged = try Image.decode(try encode(image, format)).metadata
      #expect(merged.xmpExtension == nil)
      let xmp = try #require(merged.xmp.flatMap(XMP.init))
      #expect(xmp.extensionKey == nil && xmp.nodes.contains { $0.name == "data" })
    }
  }

  @Test func referencesToMissingPartsGo() throws {
    let key = String(repeating: "A", count: 32)
    let image = try Image.decode(try extended(key, parts: []))
    #expect(image.warnings.count == 1 && image.warnings[0].contains("extended XMP"))
    #expect(!text(image.metadata.xmp).contains("HasExtendedXMP"))
  }

  @Test(arguments: [
    "<a", "<a><b></a></b>", "<!DOCTYPE a []><a/>", "<a b=c/>", "no markup", "<a>\u{0}", "</a>",
  ])
  func strangePacketsAreLeftOut(_ packet: String) throws {
    let image = try Image.decode(try file(Array(packet.utf8)))
    #expect(image.metadata.xmp == nil && image.warnings.count == 1)
  }

  @Test func deepPacketsAreLeftOut() {
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    #expect(XMP(Array(deep.utf8)) == nil)
    #expect(XMP([0xFF, 0xFE, 0x3C, 0]) == nil)
    let many = "<a " + (0..<300).map { "xmlns:p\($0)='u'" }.joined(separator: " ") + "/>"
    #expect(XMP(Array(many.utf8)) == nil)
  }

  @Test func marksOfOtherProgramsAreNamed() throws {
    var bytes = try file(Self.packet(">"))
    let ducky = Array("Ducky\0\u{1}".utf8)
    let claim = [UInt8](repeating: 0, count: 12) + Array("jumb".utf8)
    for (marker, payload) in [(0xEC, ducky), (0xEB, claim)] as [(UInt8, [UInt8])] {
      bytes.insert(
        contentsOf: [0xFF, marker] + bigEndian(payload.count + 2).suffix(2) + payload, at: 2)
    }
    let warnings = try Image.decode(bytes).warnings
    #expect(warnings.count == 1)
    #expect(warnings[0].contains("APP12 (Ducky)") && warnings[0].contains("content credentials"))
  }
}
