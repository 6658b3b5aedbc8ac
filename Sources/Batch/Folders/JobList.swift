import Images
import Paths
import Pictures

/// What the command line's inputs and output mean.
package struct JobList: Sendable {
  /// In the order in which they should be done.
  package private(set) var jobs: [FileJob]
  /// Jobs whose outputs are there already.
  package private(set) var skipped: [FileJob] = []
  /// What was met and fails before anything is read.
  package let lost: [LostImage]
  package private(set) var passedOver: [PassedOver]
  /// The folder that all outputs are in; nil for a single image.
  package let folder: Path?
  private let existing: JobRequest.Existing

  /// - Throws: ``LimpidError`` for whatever can be known to go wrong before work begins.
  package init(_ request: JobRequest) throws(LimpidError) {
    try request.naming.check()
    existing = request.existing
    let found = try Self.findings(request)
    (lost, passedOver) = (found.lost, found.passedOver)
    if let output = request.output, request.namesFile(output) {
      (jobs, folder) = (found.images.map { Self.job($0, output) }, nil)
    } else if let output = request.output {
      try Self.requireFolder(output)
      if request.inputs.contains(JobRequest.stream) {
        throw LimpidError(.usage, "\(output): standard input has no name for a file in a folder")
      }
      folder = output
      jobs = found.images.map {
        Self.job($0, output.appending(request.naming.output(for: $0)))
      }
    } else {
      (jobs, folder) = (found.images.map(Self.inPlace), nil)
    }
    try check(request.naming)
  }

  private static func findings(_ request: JobRequest) throws(LimpidError) -> InputSearch.Findings {
    guard !request.inputs.contains(JobRequest.stream) else {
      return try .stream(request)
    }
    var search = request.search
    search.passedOver = request.isSingle ? nil : request.output
    var found = try search.findings(at: request.inputs) + search.findings(listed: request.listed)
    found.choose(request.shard, request.limit)
    return found
  }

  private static func job(_ image: FoundImage, _ output: Path) -> FileJob {
    FileJob(input: image.path, output: output, relative: image.relative)
  }

  private static func inPlace(_ image: FoundImage) -> FileJob {
    var job = job(image, image.path)
    (job.isInPlace, job.overwrites) = (true, true)
    return job
  }

  /// Refuses what is a file, and what is named like one by mistake.
  private static func requireFolder(_ path: Path) throws(LimpidError) {
    switch path.kind {
    case .folder: return
    case nil where path == JobRequest.stream:
      throw LimpidError(.usage, "standard output takes one picture, several need a folder")
    case nil where ImageFormat(forOutput: path) != nil && !path.hasSuffix("/"):
      throw LimpidError(
        .usage, "\(path): it is named like an image; several images need a folder")
    case nil: return
    case let kind?:
      throw LimpidError(.cannotCreate, "\(path): it is a \(kind); several images need a folder")
    }
  }
}

extension JobList {
  private mutating func check(_ naming: OutputNaming) throws(LimpidError) {
    try requireDistinctOutputs(naming)
    for job in jobs { try job.requireFittingName(naming.format) }
    for job in jobs where job.output != JobRequest.stream && !job.isInPlace {
      do throws(ImageError) {
        if job.output.kind != .folder { try OutputFile.requireRegular(job.output) }
      } catch { throw LimpidError(error) }
    }
    try requireInputsKept()
  }

  /// What is named twice by one path is restored once.
  private mutating func requireDistinctOutputs(_ naming: OutputNaming) throws(LimpidError) {
    var sources: [Path: FileJob] = [:]
    var distinct: [FileJob] = []
    for job in jobs {
      guard let other = sources.updateValue(job, forKey: job.output) else {
        distinct.append(job)
        continue
      }
      try job.requireOtherOutput(than: other, naming)
      passedOver.append(PassedOver(job.input, job.relative, .repeated))
    }
    jobs = distinct
  }

  private func requireInputsKept() throws(LimpidError) {
    let inputs = Set(jobs.compactMap(\.input.identity))
    for job in jobs where !job.isInPlace {
      if let identity = job.output.identity, inputs.contains(identity) {
        throw LimpidError(
          .cannotCreate, "\(job.output): it is an input, and inputs are never overwritten",
          remedy: .restoreInPlace)
      }
    }
  }
}

extension JobList {
  /// Leaves out what need not be done again, and refuses outputs that are not ours to replace.
  /// - Parameter resumption: what earlier runs have done; nil when nobody asked.
  package mutating func settle(_ resumption: Resumption?) throws(LimpidError) {
    var remaining: [FileJob] = []
    var refused: [FileJob] = []
    for var job in jobs {
      switch resumption?.verdict(on: job) {
      case .done:
        skipped.append(job)
        continue
      case .ours: job.overwrites = true
      case .unknown, nil: break
      }
      let isThere =
        !job.isInPlace && !job.overwrites && job.output != JobRequest.stream
        && (job.output.kind != nil || job.output.isLink)
      switch existing {
      case .skip where isThere: skipped.append(job)
      case .refuse where isThere || job.isInPlace && isKeptTwice(job): refused.append(job)
      case .overwrite where isThere:
        job.overwrites = true
        remaining.append(job)
      default: remaining.append(job)
      }
    }
    jobs = remaining
    guard let first = refused.first else { return }
    let path = first.isInPlace ? FileJob.kept(first.input) : first.output
    let others = refused.count > 1 ? " (and \(refused.count - 1) more)" : ""
    throw LimpidError(
      .cannotCreate, "\(path): it exists already\(others)", remedy: .settleExisting)
  }

  /// Whether the place for the input is taken by another file.
  private func isKeptTwice(_ job: FileJob) -> Bool {
    guard let kept = FileJob.kept(job.input).identity else { return false }
    return kept != job.input.identity
  }
}

extension InputSearch.Findings {
  /// Standard input.
  fileprivate static func stream(_ request: JobRequest) throws(LimpidError) -> Self {
    guard request.inputs.count == 1, request.listed.isEmpty else {
      throw LimpidError(.usage, "standard input is one picture, and the only one")
    }
    guard request.output != nil else {
      throw LimpidError(.usage, "standard input cannot be restored in place")
    }
    return Self(images: [FoundImage(JobRequest.stream, JobRequest.stream)])
  }
}
