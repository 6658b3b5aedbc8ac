/// How a run over files reads and writes them.
package struct FileOptions: Sendable {
  /// Whether inputs are recorded by contents too.
  package var hashesInputs = false
  /// Whether existing files are replaced; inputs never are.
  package var overwrites = false
  /// Whether a file that is replaced in place stays as `NAME.orig`.
  package var keepsOriginals = true
  /// Whether outputs have been changed when their inputs were, by their times.
  package var keepsTimes = false
  /// Where finished images are recorded; nil for nowhere.
  package var ledger: Ledger?
  /// What was read from standard input; nil when that is no input.
  package var standardInput: [UInt8]?
  /// Of the settings that decide what outputs are, for the ledger.
  package var fingerprint = ""

  package init() {}

  /// What the run is to do for a file.
  package func job(_ file: FileJob) -> Job {
    let source: any ImageSource =
      if let standardInput {
        StandardInput(standardInput)
      } else {
        FileSource(name: file.input, isHashed: hashesInputs)
      }
    let sink: any ImageSink =
      file.output == JobRequest.stream ? StandardOutput() : FileSink(job: file, options: self)
    return Job(name: file.relative, from: source, to: sink)
  }
}
