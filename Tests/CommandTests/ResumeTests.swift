import Foundation
import Images
import Testing

/// Whatever ends a run, another finishes it, and nothing is torn or lost.
@Suite(.serialized) struct ResumeTests {
  private static let count = 12

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for i in 0..<count {
      try folder.write(SampleFiles.image(width: 8 + i % 3, height: 8), "in/\(i).png")
    }
    return folder
  }

  private static let restore = ["restore", "-g", "reference", "-i", "in", "--json"]

  /// The numbers of images that a run restored and passed over.
  private static func counts(_ outcome: Command.Outcome) throws -> [Int] {
    let last = try #require(outcome.output.split(separator: "\n").last)
    let event = try #require(
      try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    return try ["ok", "skipped"].map { try #require(event[$0] as? Int) }
  }

  @Test func whatIsDoneIsNotDoneAgain() throws {
    let folder = try Self.folder()
    let arguments = Self.restore + ["-o", "out", "--resume"]
    #expect(try Self.counts(Command.run(arguments, in: folder)) == [Self.count, 0])
    #expect(try Self.counts(Command.run(arguments, in: folder)) == [0, Self.count])
    // Another input, a missing output, a damaged output, and other settings.
    try folder.write(SampleFiles.image(width: 9, height: 9), "in/0.png")
    try FileManager.default.removeItem(atPath: folder.path("out/1.png"))
    #expect(try Self.counts(Command.run(arguments, in: folder)) == [2, Self.count - 2])
    let other = try Command.run(arguments + ["--bit-depth", "16"], in: folder)
    #expect(try Self.counts(other) == [Self.count, 0])
    #expect(try folder.image("out/5.png").depth == .sixteen)
  }

  @Test func foreignFilesAreNotReplaced() throws {
    let folder = try Self.folder()
    let arguments = Self.restore + ["-o", "out", "--resume"]
    #expect(try Command.run(arguments, in: folder).code == 0)
    try folder.write([1, 2, 3], "out/3.png")
    let outcome = try Command.run(arguments, in: folder)
    #expect(outcome.code == 73 && outcome.errors.contains("out/3.png: it exists already"))
    #expect(try folder.bytes("out/3.png") == [1, 2, 3])
  }

  @Test func inputsMayBeComparedByContents() throws {
    let folder = try Self.folder()
    let arguments = Self.restore + ["-o", "out"]
    #expect(try Command.run(arguments + ["--resume", "hash"], in: folder).code == 0)
    let outcome = try Command.run(arguments + ["--resume", "hash"], in: folder)
    #expect(try Self.counts(outcome) == [0, Self.count])
  }

  @Test func aTornLedgerIsReadAsFarAsItGoes() throws {
    let folder = try Self.folder()
    let arguments = Self.restore + ["-o", "out", "--resume"]
    #expect(try Command.run(arguments, in: folder).code == 0)
    let ledger = "out/.limpid-run.jsonl"
    try folder.write(Array(try folder.bytes(ledger).dropLast(100)) + [0xFF], ledger)
    let outcome = try Command.run(arguments, in: folder)
    #expect(outcome.code == 0)
    #expect(try Self.counts(outcome)[1] >= Self.count - 1)
    #expect(try Command.run(["verify", "out"], in: folder).code == 0)
  }

  @Test func twoRunsDoNotShareAFolder() throws {
    let folder = try Self.folder()
    try folder.makeFolder("out")
    try folder.write([], "out/.limpid-run.jsonl")
    let descriptor = open(folder.path("out/.limpid-run.jsonl"), O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    let outcome = try Command.run(Self.restore + ["-o", "out"], in: folder)
    #expect(outcome.code == 75 && outcome.errors.contains("another run"))
  }

  @Test func aKilledRunGoesOn() throws {
    let folder = try Self.folder()
    let start = ContinuousClock.now
    #expect(try Command.run(Self.restore + ["-o", "whole"], in: folder).code == 0)
    let longest = UInt32((ContinuousClock.now - start) / .microseconds(1))
    for round in 0..<Stress.count("LIMPID_KILL_MOMENTS", otherwise: 16) {
      let output = "out\(round)"
      let run = try Command(Self.restore + ["-o", output, "--resume"], in: folder)
      usleep(.random(in: 0...longest))
      run.endAtOnce()
      let named = folder.images(in: output).filter { !$0.hasPrefix(".") }
      for name in named {
        #expect(try folder.bytes("\(output)/\(name)") == folder.bytes("whole/\(name)"))
      }
      let outcome = try Command.run(Self.restore + ["-o", output, "--resume"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      // What has its name is not done again.
      #expect(try Self.counts(outcome) == [Self.count - named.count, named.count])
      #expect(folder.images(in: output) == folder.images(in: "whole"))
      for name in folder.images(in: output) {
        #expect(try folder.bytes("\(output)/\(name)") == folder.bytes("whole/\(name)"))
      }
    }
  }

  @Test func terminationWithGraceFinishesWhatIsAtHand() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for i in 0..<30 {
      try folder.write(SampleFiles.image(width: 64, height: 64), "in/\(i).png")
    }
    let arguments = Self.restore + ["-o", "out", "--resume", "--grace", "60"]
    let run = try Command(arguments, in: folder)
    run.wait(for: "image_done")
    run.process.terminate()
    let outcome = try run.wait()
    #expect(outcome.code == 75, "\(outcome.errors)")
    let done = folder.images(in: "out").count
    #expect(done > 0 && done < 30 && !folder.files.contains { $0.hasSuffix(".tmp") })
    #expect(try Command.run(["verify", "out"], in: folder).code == 1)
    let rest = try Command.run(arguments, in: folder)
    #expect(rest.code == 0)
    #expect(try Self.counts(rest) == [30 - done, done])
  }

  @Test func terminationWithoutGraceDropsWhatIsAtHand() throws {
    let folder = try Self.folder()
    try folder.write(SampleFiles.image(width: 512, height: 512), "in/large.png")
    let run = try Command(Self.restore + ["-o", "out", "--include", "large.png"], in: folder)
    run.wait(for: "image_started")
    run.process.terminate()
    #expect(try run.wait().code == 143)
    #expect(folder.images(in: "out").isEmpty)
  }
}
