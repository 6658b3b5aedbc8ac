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

  /// Whatever a run was at when it was ended, the next one makes the file that one alone makes.
  @Test func aKilledRunGoesOn() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.stream(Self.frames(16)), "in.y4m")
    let arguments = ["restore", "-g", "reference", "-i", "in.y4m", "-o"]
    let start = ContinuousClock.now
    #expect(try Command.run(arguments + ["whole.y4m"], in: folder).code == 0)
    let longest = UInt32((ContinuousClock.now - start) / .microseconds(1))
    for round in 0..<4 {
      let output = "out\(round).y4m"
      let run = try Command(arguments + [output], in: folder)
      usleep(longest / 5 * UInt32(round + 1))
      run.endAtOnce()
      guard !folder.files.contains(output) else { continue }
      let outcome = try Command.run(arguments + [output, "--resume"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try folder.bytes(output) == folder.bytes("whole.y4m"))
      #expect(!folder.files.contains { $0.hasSuffix(".part") })
    }
  }

  /// What is whole of a part is kept, and only by who makes the same frames.
  @Test func restoredFramesAreNotRestoredAgain() throws {
    let folder = try TemporaryFolder()
    let frames = Self.frames(6)
    try folder.write(Self.stream(frames), "all.y4m")
    let begin = """
      mkfifo pipe; exec 3<> pipe; head -c 1900 all.y4m >&3
      \(Self.restore) -i - -o out.y4m <&3 &
      until [ "$(cat .out.y4m.*.part 2> /dev/null | wc -c)" -gt 950 ]; do sleep 0.02; done
      kill -9 $!; wait
      """
    _ = try Command.shell(begin, in: folder)
    let part = try #require(folder.files.first { $0.hasSuffix(".part") })
    let length = Self.frameBytes + 6
    var bytes = try folder.bytes(part)
    let head = bytes.count % length
    // Frames that are whole stay as they are, which other samples in one show.
    bytes[head + 6 + 3] ^= 1
    try folder.write(bytes + Array("FRAME\nhalf".utf8), part)
    let outcome = try Command.shell(
      "cat all.y4m | \(Self.restore) -i - -o out.y4m --resume --json", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"ok\": \(6 - bytes.count / length)"))
    let resumed = try folder.bytes("out.y4m")
    #expect(resumed.starts(with: bytes) && resumed.count == head + 6 * length)
    try folder.write(bytes, part)
    let other = try Command.shell(
      "cat all.y4m | \(Self.restore) -i - -o out.y4m --resume --overwrite --tta", in: folder)
    #expect(other.code == 0, "\(other.errors)")
    #expect(try !folder.bytes("out.y4m").starts(with: bytes))
    #expect(!folder.files.contains(part))
  }

  @Test func aPipeIsNotResumed() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.stream(Self.frames(1)), "in.y4m")
    let outcome = try Command.shell(
      "\(Self.restore) -i in.y4m -o - --resume > out.y4m", in: folder)
    #expect(outcome.code == 64 && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("--resume needs an output that is a file"))
  }
}
