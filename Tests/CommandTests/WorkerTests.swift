import Foundation
import Images
import Testing

/// A device whose process crashes or hangs costs a retry and not the run.
@Suite(.serialized) struct WorkerTests {
  /// As many as leave time to disturb the run after the first is done.
  /// More than can wait for the disk: the device still works when the first is done.
  private static let imageCount = 20

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for i in 0..<imageCount {
      try folder.write(SampleFiles.image(width: 96, height: 96), "in/\(i).png")
    }
    return folder
  }

  private static let restore = [
    "restore", "-g", "reference", "-i", "in", "-o", "out", "--json", "--watchdog", "5",
    "--batch-size", "1",
  ]

  /// Waits for the first image to be done and gives the device's process.
  private static func worker(of run: Command) throws -> pid_t {
    run.wait(for: "image_done")
    return try #require(run.children.first)
  }

  @Test(arguments: [SIGKILL, SIGSEGV, SIGSTOP])
  func aLostProcessIsStartedAgain(_ signal: Int32) throws {
    let folder = try Self.folder()
    let run = try Command(Self.restore, in: folder)
    let worker = try Self.worker(of: run)
    #expect(kill(worker, signal) == 0)
    let outcome = try run.wait()
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.images(in: "out").count == Self.imageCount)
    #expect(outcome.errors.contains(signal == SIGSTOP ? "no answer for 5 s" : "process ended"))
    #expect(kill(worker, 0) != 0)
  }

  @Test func aProcessThatAlwaysEndsFailsItsImagesForNow() throws {
    let folder = try Self.folder()
    let run = try Command(Self.restore, in: folder)
    run.wait(for: "image_done")
    while run.process.isRunning {
      for worker in run.children { kill(worker, SIGKILL) }
      usleep(500)
    }
    let outcome = try run.wait()
    // One is done, and the others may do better another time.
    #expect(outcome.code == 75, "\(outcome.errors)")
    #expect(outcome.output.contains("\"retryable\": true"))
    #expect(!folder.files.contains { $0.hasSuffix(".tmp") })
  }

  @Test func noProcessOutlivesTheRun() throws {
    let folder = try Self.folder()
    let run = try Command(Self.restore, in: folder)
    let worker = try Self.worker(of: run)
    run.endAtOnce()
    #expect(kill(worker, 0) != 0)
  }

  @Test func anImageThatFitsNowhereIsATypedFailure() throws {
    let folder = try Self.folder()
    let arguments = ["restore", "-g", "cpu", "-i", "in", "-o", "out", "--json", "--limit", "2"]
    let outcome = try Command.run(arguments + ["--max-vram", "0.0001"], in: folder)
    #expect(outcome.code == 75, "\(outcome.errors)")
    #expect(outcome.output.contains("\"stage\": \"compute\""))
    #expect(outcome.output.contains("\"code\": 75"))
    let saved = try Command.run(
      arguments + ["--max-vram", "0.0001", "--fallback", "reference"], in: folder)
    #expect(saved.code == 0, "\(saved.errors)")
  }
}
