import Images
import Testing

/// Frames of YUV4MPEG2.
@Suite struct FrameTests {
  /// A file of one frame.
  private static func file(_ header: String, _ samples: [UInt8]) -> [UInt8] {
    Array("YUV4MPEG2 \(header)\nFRAME\n".utf8) + samples
  }

  /// Of one pixel: luma, blue and red chroma.
  private static func pixel(_ samples: [UInt8], _ more: String = "") throws -> [Float] {
    try Image.decode(file("W1 H1 C444 \(more)", samples)).samples
  }

  private static func isNear(_ a: [Float], _ b: [Float], within bound: Float = 0.008) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= bound }
  }

  @Test func rangesAreToldApart() throws {
    #expect(try Self.pixel([235, 128, 128]) == [1, 1, 1])
    #expect(try Self.pixel([16, 128, 128]) == [0, 0, 0])
    #expect(try Self.isNear(Self.pixel([81, 90, 240]), [1, 0, 0]))
    #expect(try Self.isNear(Self.pixel([41, 240, 110], "XCOLORRANGE=LIMITED"), [0, 0, 1]))
    #expect(try Self.isNear(Self.pixel([76, 85, 255], "XCOLORRANGE=FULL"), [1, 0, 0]))
    #expect(try Self.pixel([255, 128, 128], "XCOLORRANGE=FULL")[0] >= 1)
  }

  @Test func largePicturesAreInAnotherMatrix() throws {
    func red(_ rows: Int) throws -> [Float] {
      let planes = [63, 102, 240].flatMap { [UInt8](repeating: $0, count: rows) }
      let image = try Image.decode(Self.file("W1 H\(rows) C444", planes))
      return [image.samples[0], image.samples[rows], image.samples[2 * rows]]
    }
    #expect(try Self.isNear(red(720), [1, 0, 0]))
    #expect(try !Self.isNear(red(719), [1, 0, 0]))
  }

  /// Two samples of red chroma, 128 and 168, over four pixels of one gray; what becomes of them.
  static let sitings: [(String, [Float])] = [
    ("420jpeg", [0, 10, 30, 40]), ("420", [0, 10, 30, 40]), ("420mpeg2", [0, 20, 40, 40]),
    ("422", [0, 20, 40, 40]),
  ]

  @Test(arguments: sitings)
  func chromaLiesWhereItsNameSays(_ name: String, _ expected: [Float]) throws {
    let rows = name == "422" ? 2 : 1
    let luma = [UInt8](repeating: 100, count: 8)
    let blue = [UInt8](repeating: 128, count: 2 * rows)
    let red = (0..<rows).flatMap { _ in [128, 168] as [UInt8] }
    let image = try Image.decode(Self.file("W4 H2 C\(name)", luma + blue + red))
    let gray = Float(100 - 16) / 219
    let found = image.plane(0).prefix(4).map { ($0 - gray) / 1.402 * 224 }
    #expect(Self.isNear(found, expected, within: 0.01), "\(found)")
  }

  static let kinds = [
    "C420jpeg", "C420mpeg2", "C420", "C422", "C444", "Cmono", "C420p10", "C422p10", "C444p10",
  ]

  @Test(arguments: kinds)
  func whatIsNotChangedStays(_ kind: String) throws {
    let (width, height, step) = (5, 3, kind.contains("p10") ? 4 : 1)
    let isHalf = !kind.contains("444")
    let rows = kind.contains("422") || !isHalf ? height : 2
    let chroma = kind == "Cmono" ? 0 : rows * (isHalf ? 3 : width)
    func stored(_ value: Int) -> [UInt8] {
      step == 1 ? [UInt8(value)] : [UInt8(value * step & 255), UInt8((value * step) >> 8)]
    }
    let samples =
      (0..<width * height).flatMap { stored(80 + 3 * $0) }
      + (0..<chroma).flatMap { _ in stored(120) } + (0..<chroma).flatMap { _ in stored(140) }
    let file = Self.file("W5 H3 \(kind) F30000:1001 Ip", samples)
    let image = try Image.decode(file)
    #expect(image.channels == (kind == "Cmono" ? .gray : .rgb))
    #expect(image.depth == (step == 1 ? .eight : .sixteen))
    let again = try image.encoded(as: EncodingOptions(format: .y4m)).bytes
    let name = kind == "C420" ? "C420jpeg" : kind
    #expect(again == Self.file("W5 H3 \(name) F30000:1001 Ip", samples))
  }

  @Test func otherPicturesBecomeFramesWithAllChroma() throws {
    let image = gradient(6, 4, .rgb)
    let file = try image.encoded(as: EncodingOptions(format: .y4m)).bytes
    #expect(file.starts(with: Array("YUV4MPEG2 W6 H4 C444 F25:1 Ip A1:1\nFRAME\n".utf8)))
    #expect(Self.isNear(try Image.decode(file).samples, image.samples))
    #expect(throws: ImageError.self) {
      try noise(2, 2, .rgba).encoded(as: EncodingOptions(format: .y4m))
    }
  }

  static let refused = [
    "W4 H4 It", "W4 H4 C411", "W4 H4 C444p16", "W4 H4 C420jpegp10", "W4", "H4 W0", "W-4 H4",
    "W99999999999 H1", "W65000 H65000", "W4 H4 C444",
  ]

  @Test(arguments: refused)
  func whatIsNotUnderstoodIsRefused(_ header: String) {
    #expect(throws: ImageError.self) {
      try Image.decode(Self.file(header, [UInt8](repeating: 0, count: 47)))
    }
  }

  @Test func aFileOfSeveralFramesIsItsFirst() throws {
    let one = Self.file("W1 H1 Cmono", [100])
    let image = try Image.decode(one + Array("FRAME\n".utf8) + [200])
    #expect(try image.samples == Image.decode(one).samples)
    #expect(image.warnings == ["there are more frames; only the first is read"])
  }
}
