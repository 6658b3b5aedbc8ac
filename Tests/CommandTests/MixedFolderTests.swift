import Foundation
import Images
import Paths
import Testing

/// Photos of every kind, a twentieth of them damaged or no images at all.
@Suite struct MixedFolderTests {
  private static let count = Stress.count("LIMPID_MIXED_IMAGES", otherwise: 100)

  @Test func everyGoodImageIsRestoredAndEveryBadOneListed() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for i in 0..<10 { try folder.makeFolder("in/\(i)") }
    var bad: Set<String> = []
    for i in 0..<Self.count {
      let (name, bytes) = try Self.file(i)
      let path = "\(i % 10)/\(name)"
      try folder.write(i % 20 == 7 ? Self.damaged(bytes, i) : bytes, "in/\(path)")
      if i % 20 == 7 { bad.insert(path) }
    }
    let before = folder.images(in: "in")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in", "-o", "out"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("\(bad.count) of \(Self.count) images failed"))
    for path in bad { #expect(outcome.errors.contains("  in/\(path): "), "\(path)") }
    #expect(folder.images(in: "out") == before.filter { !bad.contains($0) })
    #expect(folder.images(in: "in") == before)
    for path in before where !bad.contains(path) {
      let (input, output) = (try folder.image("in/\(path)"), try folder.image("out/\(path)"))
      #expect(input.width == output.width && input.height == output.height)
      #expect(input.channels == output.channels && input.depth == output.depth)
    }
  }

  /// Gray and coloured, see-through or not, of 8 or 16 bits, in turn and in every container that
  /// can hold them.
  private static func file(_ index: Int) throws -> (name: String, bytes: [UInt8]) {
    let endings = ["png", "jpg", "webp", "tif"]
    let ending = endings[index % 4]
    let channels: [Image.Channels] = [.rgb, .gray, .rgba, .grayAlpha]
    let wanted = channels[index / 4 % 4]
    let kind = ending == "jpg" ? (wanted.colourCount == 1 ? .gray : .rgb) : wanted
    let isDeep = index % 3 == 0 && (ending == "png" || ending == "tif")
    let image = SampleFiles.image(
      kind, width: 5 + index % 7, height: 6 + index % 5, depth: isDeep ? .sixteen : .eight)
    let format = try #require(ImageFormat(forOutput: Path("a." + ending)))
    let bytes = try image.encoded(as: EncodingOptions(format: format)).bytes
    return ("\(index).\(ending)", bytes)
  }

  private static func damaged(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
    switch index / 20 % 4 {
    case 0: Array(bytes.prefix(bytes.count / 2))
    case 1: Array("no picture at all\n".utf8)
    case 2: []
    default: [UInt8](repeating: 0, count: 12) + bytes.dropFirst(12)
    }
  }
}
