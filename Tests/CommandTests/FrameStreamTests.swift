import Foundation
import Testing

/// Streams of frames in and out of `restore`.
@Suite struct FrameStreamTests {
  private static let header = "YUV4MPEG2 W22 H14 F30:1 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED"
  private static let frameBytes = 22 * 14 + 2 * 11 * 7

  /// Noise that differs from frame to frame.
  private static func frames(_ count: Int) -> [[UInt8]] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      (0..<frameBytes).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(60 + state >> 25)
      }
    }
  }

  private static func stream(_ frames: [[UInt8]]) -> [UInt8] {
    Array("\(header)\n".utf8) + frames.flatMap { Array("FRAME\n".utf8) + $0 }
  }

  private static let restore = "\"$LIMPID\" restore -g reference -q"

  @Test func aStreamIsItsFramesRestoredAlone() throws {
    let folder = try TemporaryFolder()
    let frames = Self.frames(30)
    try folder.write(Self.stream(frames), "all.y4m")
    let whole = try Command.shell("cat all.y4m | \(Self.restore) -i - -o - > out.y4m", in: folder)
    #expect(whole.code == 0, "\(whole.errors)")
    let restored = try folder.bytes("out.y4m")
    let start = Array("YUV4MPEG2 W22 H14 C420mpeg2 F30:1 Ip A1:1 XCOLORRANGE=LIMITED\n".utf8)
    #expect(
      restored.starts(with: start) && restored.count == start.count + 30 * (Self.frameBytes + 6))
    for (place, frame) in frames.enumerated() where place % 7 == 0 {
      try folder.write(Self.stream([frame]), "\(place).y4m")
      let alone = try Command.shell(
        "\(Self.restore) -i \(place).y4m -o alone\(place).y4m", in: folder)
      #expect(alone.code == 0, "\(alone.errors)")
      let part = restored.dropFirst(start.count + place * (Self.frameBytes + 6))
      let file = try folder.bytes("alone\(place).y4m")
      #expect(file == start + part.prefix(Self.frameBytes + 6))
      #expect(Array(file.suffix(Self.frameBytes)) != frame)
    }
  }

  @Test func streamsThatBreakOffFail() throws {
    let folder = try TemporaryFolder()
    let whole = Self.stream(Self.frames(2))
    try folder.write(Array(whole.dropLast(5)), "short.y4m")
    try folder.write(Array("\(Self.header)\n".utf8), "empty.y4m")
    try folder.write(whole + Array("NONSENSE\n".utf8), "odd.y4m")
    for (name, reason) in [
      ("short", "it ends within frame 2"), ("empty", "it holds no frames"),
      ("odd", "something else is where frame 3 should be"),
    ] {
      let outcome = try Command.shell("\(Self.restore) -i \(name).y4m -o out.y4m", in: folder)
      #expect(outcome.code == 2 && outcome.errors.contains("\(name).y4m: \(reason)"))
      #expect(!folder.files.contains { $0.contains("out") })
    }
  }

  @Test func oneFrameMayBecomeAPicture() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.stream(Self.frames(2)), "two.y4m")
    let outcome = try Command.shell("\(Self.restore) -i two.y4m -o out.png", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.image("out.png").width == 22)
  }

  @Test func outputsAreNotReplacedUnasked() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.stream(Self.frames(1)), "in.y4m")
    try folder.write([1], "out.y4m")
    #expect(try Command.shell("\(Self.restore) -i in.y4m -o out.y4m", in: folder).code == 73)
    #expect(try folder.bytes("out.y4m") == [1])
    let outcome = try Command.shell(
      "\(Self.restore) -i in.y4m -o out.y4m --overwrite", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.bytes("out.y4m").count > Self.frameBytes)
  }
}
