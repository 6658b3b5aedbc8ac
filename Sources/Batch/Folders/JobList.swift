import Images
import Pictures

/// What is to be restored, and where it goes.
package struct JobRequest: Sendable {
  /// What to do with outputs that are there already.
  package enum Existing: Sendable {
    case refuse, skip, overwrite
  }

  /// Image files, folders of them and patterns of the shell.
  package var inputs: [String] = []
  /// Paths of a list.
  package var listed: [String] = []
  /// A file for a single image, a folder otherwise; nil for outputs in place of their inputs.
  package var output: String?
  package var search = InputSearch()
  package var naming = OutputNaming()
  package var shard = Shard.whole
  package var limit: Int?
  package var existing = Existing.refuse

  package init() {}
}

/// What the command line's inputs and output mean.
package struct JobList: Sendable {
  /// In the order in which they should be done.
  package private(set) var jobs: [FileJob]
  /// Jobs whose outputs are there already.
  package private(set) var skipped: [FileJob] = []
  /// The folder that all outputs are in; nil for a single image.
  package let folder: String?
  private let existing: JobRequest.Existing

  /// - Throws: ``LimpidError`` for whatever can be known to go wrong before work begins.
  package init(_ request: JobRequest) throws(LimpidError) {
    try request.naming.check()
    existing = request.existing
    let isSingle =
      request.inputs.count == 1 && request.listed.isEmpty && Path.kind(request.inputs[0]) == .file
    var search = request.search
    search.passedOver = isSingle ? nil : request.output
    var images = try search.images(at: request.inputs) + search.images(listed: request.listed)
    images = images.filter { request.shard.contains($0.relative) }
    if let limit = request.limit { images = Array(images.prefix(limit)) }
    guard let output = request.output else {
      (jobs, folder) = (images.map(Self.inPlace), nil)
      try requireDistinctOutputs()
      return
    }
    if isSingle, Path.kind(output) != .folder, !output.hasSuffix("/") {
      (jobs, folder) = (images.map { Self.job($0, output) }, nil)
    } else {
      try Self.requireFolder(output)
      folder = output
      jobs = images.map {
        Self.job($0, Path.joined(output, request.naming.output(for: $0.relative)))
      }
    }
    try requireDistinctOutputs()
    try requireInputsKept()
  }

  private static func job(_ image: FoundImage, _ output: String) -> FileJob {
    FileJob(input: image.path, output: output, relative: image.relative)
  }

  private static func inPlace(_ image: FoundImage) -> FileJob {
    var job = job(image, image.path)
    (job.isInPlace, job.overwrites) = (true, true)
    return job
  }

  /// Refuses what is a file, and what is named like one by mistake.
  private static func requireFolder(_ path: String) throws(LimpidError) {
    switch Path.kind(path) {
    case .folder: return
    case .file:
      throw LimpidError(.cannotCreate, "\(path): it is a file; several images need a folder")
    case nil where ImageFormat(forOutput: path) != nil && !path.hasSuffix("/"):
      throw LimpidError(
        .usage, "\(path): it is named like an image; several images need a folder")
    case nil: return
    }
  }

  private func requireDistinctOutputs() throws(LimpidError) {
    var sources: [String: String] = [:]
    for job in jobs {
      if let other = sources.updateValue(job.input, forKey: job.output) {
        throw LimpidError(
          .usage, "\(other) and \(job.input) would both become \(job.output)")
      }
    }
  }

  private func requireInputsKept() throws(LimpidError) {
    let inputs = Set(jobs.compactMap { Path.identity($0.input) })
    for job in jobs {
      if let identity = Path.identity(job.output), inputs.contains(identity) {
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
      let isThere = !job.isInPlace && !job.overwrites && Path.kind(job.output) != nil
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
    guard let kept = Path.identity(FileJob.kept(job.input)) else { return false }
    return kept != Path.identity(job.input)
  }
}
