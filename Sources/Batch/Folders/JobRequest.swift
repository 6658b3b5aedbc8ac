import Paths

/// What is to be restored, and where it goes.
package struct JobRequest: Sendable {
  /// What to do with outputs that are there already.
  package enum Existing: Sendable {
    case refuse, skip, overwrite
  }

  /// Image files, folders of them and patterns of the shell; or ``stream`` alone.
  package var inputs: [Path] = []
  /// Paths of a list.
  package var listed: [Path] = []
  /// A file for a single image, a folder otherwise, or ``stream``; nil for outputs in place of
  /// their inputs.
  package var output: Path?
  package var search = InputSearch()
  package var naming = OutputNaming()
  package var shard = Shard.whole
  package var limit: Int?
  package var existing = Existing.refuse

  package init() {}

  /// As an input, standard input; as an output, standard output. A file of this name is `./-`.
  package static let stream: Path = "-"

  /// Whether an output is a file and no folder. What is not there and has no ending is a folder,
  /// unless a format was chosen.
  func namesFile(_ output: Path) -> Bool {
    guard isSingle, output.kind != .folder, !output.hasSuffix("/") else { return false }
    return output == Self.stream || output.kind != nil || output.isLink
      || !output.name.ending.isEmpty || naming.format != nil
  }

  /// Whether there is one input, which is no folder.
  var isSingle: Bool {
    guard inputs.count == 1, listed.isEmpty else { return false }
    return inputs[0] == Self.stream || (inputs[0].kind ?? .folder) != .folder
  }
}
