import Images
import Testing

/// TIFFs as scanners, archives and instruments write them; the expected pixels are other programs'.
@Suite struct ScanTests {
  static let names = [
    "zstd", "lzma", "webp", "g4", "g3", "rle", "lsb", "jpeg", "gray-jpeg", "cmyk", "cmyk16",
    "cmyka", "lab", "icclab", "lab16", "twelve", "four", "signed", "whole32", "double", "half",
    "reduced", "within", "map8",
  ]

  @Test(arguments: names)
  func isReadAsOthersReadIt(_ name: String) throws {
    let expected = try Image.decode(fixture("\(name)-tif.expected.png"))
    let image = try Image.decode(fixture("\(name).tif"))
    #expect(image.channels == expected.channels)
    #expect(distance(image, expected) <= (expected.depth == .eight ? 1.01 / 255 : 1.01 / 65535))
    #expect(image.metadata.icc == nil)
  }

  @Test func whatIsChangedIsSaid() throws {
    for (name, word) in [
      ("lab", "Lab"), ("cmyk", "plain formula"), ("signed", "below zero"), ("double", "float"),
      ("reduced", "thumbnail"),
    ] {
      #expect(try Image.decode(fixture("\(name).tif")).warnings.contains { $0.contains(word) })
    }
  }

  @Test func reducedPagesAreNoPages() throws {
    var sizes: [Int] = []
    try Image.decodePages(try fixture("reduced.tif"), all: true) { image, isLast in
      sizes.append(image.width)
      #expect(isLast)
      return true
    }
    #expect(sizes == [23])
  }

  @Test(arguments: [
    (262, 32803, "sensor"), (262, 32845, "LogLuv"), (262, 4, "mask"),
    (259, 34712, "JPEG 2000"), (259, 6, "old style"), (259, 50002, "JPEG XL"), (258, 24, "bits"),
    (339, 5, "complex"),
  ])
  func othersAreRefusedByName(_ tag: Int, _ value: Int, _ word: String) throws {
    var file = try fixture("twelve.tif")
    let start = Int(file[4]) | Int(file[5]) << 8
    let entry = try #require(
      stride(from: start + 2, to: file.count, by: 12).first {
        Int(file[$0]) | Int(file[$0 + 1]) << 8 == (tag == 339 ? 278 : tag)
      })
    file.replaceSubrange(entry..<entry + 2, with: [UInt8(tag & 255), UInt8(tag >> 8)])
    file.replaceSubrange(
      entry + 8..<entry + 12, with: [UInt8(value & 255), UInt8(value >> 8), 0, 0])
    if tag == 339 { file.replaceSubrange(entry + 2..<entry + 4, with: [3, 0]) }
    let error = #expect(throws: ImageError.self) { try Image.decode(file) }
    #expect("\(try #require(error))".contains(word))
  }

  @Test(arguments: names)
  func damageNeverCrashes(_ name: String) throws {
    let bytes = try fixture("\(name).tif")
    var limits = ImageLimits()
    limits.pixels = 1 << 14
    var generator = SeededGenerator(seed: 11)
    for round in 0..<200 {
      var damaged = bytes
      for _ in 0...round % 3 {
        damaged[Int.random(in: 2..<bytes.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      if let image = try? Image.decode(damaged, limits: limits) {
        #expect(image.samples.allSatisfy { (0...1).contains($0) })
      }
    }
  }
}
