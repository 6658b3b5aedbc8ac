import Batch
import Glibc
import Images
import Paths
import Pictures

/// A stream of frames that is restored into another.
struct FrameRestoration {
  private let reader: FrameReader
  private let job: FileJob
  private let overwrites: Bool

  /// - Parameters:
  ///   - start: what was read of standard input.
  ///   - format: of outputs, if one was chosen.
  /// - Returns: nil for a job that is not one of frames on both sides.
  init?(
    _ job: FileJob, behind start: [UInt8], _ format: ImageFormat?, overwrites: Bool
  ) throws(LimpidError) {
    let isStream = job.input == JobRequest.stream
    guard Self.isForFrames(job.output, format), isStream || job.input.kind == .file else {
      return nil
    }
    let descriptor = isStream ? STDIN_FILENO : open(job.input.cString, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let first = isStream ? start : try Self.start(of: job.input, descriptor)
    guard first == FrameHeader.mark else {
      if !isStream { close(descriptor) }
      return nil
    }
    reader = try FrameReader(
      isStream ? "standard input" : job.input, on: descriptor, behind: first)
    (self.job, self.overwrites) = (job, overwrites || job.overwrites)
  }

  private static func isForFrames(_ output: Path, _ format: ImageFormat?) -> Bool {
    let isStream = output == JobRequest.stream
    return (format ?? (isStream ? .y4m : ImageFormat(forOutput: output))) == .y4m
  }

  private static func start(of path: Path, _ descriptor: Int32) throws(LimpidError) -> [UInt8] {
    var stream = StreamBytes(path, on: descriptor)
    var start: [UInt8] = []
    _ = try stream.append(FrameHeader.mark.count, to: &start)
    guard lseek(descriptor, off_t(start.count), SEEK_SET) >= 0 else { return [] }
    return start
  }

  /// Calls `body` with what hands the frames to a run; a file appears when `body` has ended well.
  func perform(_ body: (FrameFeed) throws -> Void) throws {
    guard job.output != JobRequest.stream else {
      try body(FrameFeed(reader, named: job.relative, to: STDOUT_FILENO, "standard output"))
      return
    }
    do {
      try OutputFile.createDirectory(of: job.output)
      let file = try OutputFile(job.output, overwrite: overwrites, protecting: [job.input])
      try file.write { descriptor in
        try body(FrameFeed(reader, named: job.relative, to: descriptor, job.output))
      }
    } catch {
      throw LimpidError(error, subject: job.output)
    }
  }
}
