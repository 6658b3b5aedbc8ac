import Batch
import Execution
import Foundation
import Images
import Models
import Pictures
import Restoration
import Synchronization
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
    "restore", "-g", "reference", "-i", "in", "-o", "out", "--json", "--watchdog", "15",
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
    // Said once, though two images were under way, and both were restored at the next try.
    let loss = signal == SIGSTOP ? "no answer for 15 s" : "process ended"
    #expect(outcome.errors.components(separatedBy: loss).count == 2, "\(outcome.errors)")
    #expect(kill(worker, 0) != 0)
  }

  /// Over an image that always ends the process, its neighbours are tried twice and no more.
  @Test func anImageThatEndsProcessesTakesNoOtherWithIt() throws {
    let folder = try Self.folder()
    let colour = Image(
      width: 96, height: 96, channels: .rgb, samples: [Float](repeating: 0.5, count: 3 * 96 * 96))
    try folder.write(colour, "in/5.png")
    let outcome = try Command.run(
      Self.restore, in: folder, environment: ["LD_PRELOAD": try Shim.poison.get()])
    #expect(outcome.code == 75, "\(outcome.errors)")
    let failures = outcome.output.split(separator: "\n").filter { $0.contains("image_failed") }
    #expect(failures.count == 1 && failures.allSatisfy { $0.contains("5.png") })
    #expect(outcome.output.contains("twice over this image"))
    #expect(folder.images(in: "out").count == Self.imageCount - 1)
    #expect(outcome.errors.components(separatedBy: "reference: the device's process").count == 3)
  }

  private static func picture(_ seed: Int) -> Picture {
    let values = (0..<3 * 40 * 40).map { Float(($0 + seed) * 7919 % 1009) / 1009 }
    return Picture(width: 40, height: 40, planes: values)
  }

  private static func worker() throws -> Worker {
    var options = WorkerOptions()
    options.device = "reference"
    return try Worker(
      executable: Command.path.path, options, patience: .seconds(300))
  }

  /// Calls `body` with 0 and up on threads of their own, and gives what it returned in that order.
  private static func together<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Value
  ) -> [Value?] {
    let values = Mutex([Value?](repeating: nil, count: count))
    let group = DispatchGroup()
    for i in 0..<count {
      group.enter()
      Thread.detachNewThread {
        let value = body(i)
        values.withLock { $0[i] = value }
        group.leave()
      }
    }
    group.wait()
    return values.withLock { $0 }
  }

  @Test func requestsFromSeveralThreadsGetTheirOwnAnswers() throws {
    let worker = try Self.worker()
    let expected = try Restorer(Model(.denoiser), on: Engine(.reference))
    let made = Self.together(4) { seed in
      try? worker.serve([Subject(Self.picture(seed), seed: 0)]) { _ in }.results[0].get().picture
    }
    for seed in 0..<4 { #expect(try made[seed] == expected.restore(Self.picture(seed))) }
  }

  @Test func allRequestsOfALostProcessFail() throws {
    let worker = try Self.worker()
    let large = Picture(
      width: 512, height: 512, planes: [Float](repeating: 0.5, count: 3 * 512 * 512))
    let faults = Self.together(3) { i -> String in
      do throws(ServiceFault) {
        if i < 2 { _ = try worker.serve([Subject(large, seed: 0)]) { _ in } }
        // Time enough for two requests, and not for an answer.
        usleep(300_000)
        worker.cancel()
        return "none"
      } catch {
        return error.description
      }
    }
    let ended = "the device's process ended: it was ended"
    #expect(faults == [ended, ended, "none"])
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
