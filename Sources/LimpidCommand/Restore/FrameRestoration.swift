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
  ///   - standardInput: nil where the job's input is a file; its beginning is looked at.
  ///   - format: of outputs, if one was chosen.
  /// - Returns: nil for a job that is not one of frames on both sides.
  init?(
    _ job: FileJob, from standardInput: inout StreamBytes?, _ format: ImageFormat?,
    overwrites: Bool
  ) throws(LimpidError) {
    guard Self.isForFrames(job.output, format) else { return nil }
    let file = standardInput == nil ? Self.descriptor(of: job.input) : nil
    guard var stream = standardInput ?? file.map({ StreamBytes(job.input, on: $0) }) else {
      return nil
    }
    let areFrames = try stream.begins(with: FrameHeader.mark)
    if standardInput != nil { standardInput = stream }
    guard areFrames else {
      if let file { close(file) }
      return nil
    }
    reader = try FrameReader(stream)
    (self.job, self.overwrites) = (job, overwrites || job.overwrites)
  }

  private static func isForFrames(_ output: Path, _ format: ImageFormat?) -> Bool {
    let isStream = output == JobRequest.stream
    return (format ?? (isStream ? .y4m : ImageFormat(forOutput: output))) == .y4m
  }

  /// nil for what is no file, or cannot be opened.
  private static func descriptor(of path: Path) -> Int32? {
    guard path.kind == .file else { return nil }
    let descriptor = open(path.cString, O_RDONLY | O_CLOEXEC)
    return descriptor < 0 ? nil : descriptor
  }

  /// Calls `body` with what hands the frames to a run; a file appears when `body` has ended well.
  /// - Parameters:
  ///   - resumes: whether to go on with what a run that was ended left.
  ///   - fingerprint: of the settings that decide what outputs are.
  func perform(
    resuming resumes: Bool, _ fingerprint: String, _ body: (FrameFeed) throws -> Void
  ) throws {
    guard job.output != JobRequest.stream else {
      try body(FrameFeed(reader, named: job.relative, to: STDOUT_FILENO, "standard output"))
      return
    }
    do {
      try OutputFile.createDirectory(of: job.output)
      let file = try OutputFile(job.output, overwrite: overwrites, protecting: [job.input])
      let part = FramePart(job, fingerprint)
      part.removeOthers(of: job.output)
      try file.write(through: part.path, keepingAfter: FramePart.staysAfter) { descriptor in
        if !resumes { ftruncate(descriptor, 0) }
        let written = try WrittenFrames(of: part.path, in: descriptor)
        try body(
          FrameFeed(
            reader, named: job.relative, to: descriptor, job.output, after: written))
      }
    } catch {
      throw LimpidError(error, subject: job.output)
    }
  }
}
