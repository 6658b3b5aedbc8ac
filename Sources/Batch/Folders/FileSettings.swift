/// How a run over files reads and writes them.
package struct FileSettings: Sendable {
  /// Whether inputs are recorded by contents too.
  package var hashesInputs = false
  /// Whether existing files are replaced; inputs never are.
  package var overwrites = false
  /// Whether a file that is replaced in place stays as `NAME.orig`.
  package var keepsOriginals = true
  /// Where finished images are recorded; nil for nowhere.
  package var ledger: Ledger?
  /// Of the settings that decide what outputs are, for the ledger.
  package var fingerprint = ""

  package init() {}

  /// What the run is to do for a file.
  package func job(_ file: FileJob) -> Job {
    Job(
      name: file.relative, from: FileSource(name: file.input, isHashed: hashesInputs),
      to: FileSink(job: file, settings: self))
  }
}
