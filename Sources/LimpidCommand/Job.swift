import Images
import Limpid

/// One input and the output that it becomes.
struct Job: Sendable {
  let input: String
  let output: String
}

/// What the command line's inputs and output mean.
struct JobList {
  let jobs: [Job]

  /// - Parameters:
  ///   - inputs: image files and folders of them.
  ///   - output: a file for a single image, a folder otherwise.
  ///   - format: what the outputs are, when it is not what the inputs are.
  /// - Throws: ``LimpidError`` for whatever can be known to go wrong before work begins.
  init(_ inputs: [String], to output: String, format: ImageFormat?) throws(LimpidError) {
    var files: [String] = []
    for input in inputs { files += try Self.images(at: input) }
    let isSingle = inputs.count == 1 && Path.kind(inputs[0]) != .folder
    if isSingle, Path.kind(output) != .folder, !output.hasSuffix("/") {
      jobs = [Job(input: files[0], output: output)]
    } else {
      try Self.requireFolder(output)
      jobs = files.map {
        Job(input: $0, output: Path.joined(output, Self.name(of: $0, format: format)))
      }
    }
    try requireDistinctOutputs()
    try requireInputsKept()
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

  private static func images(at path: String) throws(LimpidError) -> [String] {
    switch Path.kind(path) {
    case nil: throw LimpidError(.noInput, "\(path): no such file or folder")
    case .file: return [path]
    case .folder:
      guard let names = Path.entries(of: path) else {
        throw LimpidError(.noInput, "\(path): the folder cannot be read")
      }
      let images = names.filter { !$0.hasPrefix(".") && ImageFormat(forOutput: $0) != nil }
        .map { Path.joined(path, $0) }.filter { Path.kind($0) == .file }
      guard !images.isEmpty else {
        throw LimpidError(.noInput, "\(path): the folder holds no PNG or JPEG images")
      }
      return images.sorted()
    }
  }

  /// The input's own name, with another ending when the format changes.
  private static func name(of path: String, format: ImageFormat?) -> String {
    let name = Path.name(of: path)
    guard let format, ImageFormat(forOutput: name) != format else { return name }
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    return stem + (format == .png ? ".png" : ".jpg")
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
          .cannotCreate, "\(job.output): it is an input, and inputs are never overwritten")
      }
    }
  }
}
