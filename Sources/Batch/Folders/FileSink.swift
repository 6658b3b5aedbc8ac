import Images
import Paths
import Pictures

/// A file that a restored image becomes, and its record in the ledger.
struct FileSink: ImageSink {
  let job: FileJob
  let options: FileOptions

  var name: Path { job.output }

  func prepare() throws {
    try OutputFile.createDirectory(of: job.output)
    _ = try target
  }

  func write(_ file: [UInt8], _ report: FileReport, of origin: ImageOrigin) throws {
    let modified = options.keepsTimes ? origin.stamp?.modified : nil
    try target.write(file, dated: modified) {
      try record(.writing, report, origin, durably: true)
    }
    try record(.done, report, origin, durably: false)
  }

  func write(_ file: [UInt8], suffix: String) throws -> Path {
    let name = job.output.name
    let path = job.output.folder.appending("\(name.stem)\(suffix).\(name.ending)")
    try OutputFile(path, overwrite: isReplacing, protecting: [job.input]).write(file)
    return path
  }

  private var target: OutputFile {
    get throws {
      let keeps = job.isInPlace && options.keepsOriginals
      return try OutputFile(
        job.output, overwrite: isReplacing, protecting: job.isInPlace ? [] : [job.input],
        keepingOldAs: keeps ? FileJob.kept(job.input) : nil)
    }
  }

  private var isReplacing: Bool { job.overwrites || options.overwrites }

  private func record(
    _ state: LedgerRecord.Image.State, _ report: FileReport, _ origin: ImageOrigin, durably: Bool
  ) throws(LimpidError) {
    guard let ledger = options.ledger else { return }
    let entry = LedgerRecord.Image(
      state: state, input: job.relative, size: origin.stamp?.size ?? 0,
      modified: origin.stamp?.modified ?? 0, inputHash: origin.hash,
      output: ledger.relative(job.output), hash: report.hash, fingerprint: options.fingerprint,
      guide: origin.guide, seed: report.seed.map { "\($0)" })
    try ledger.append(LedgerRecord(image: entry), durably: durably)
  }
}
