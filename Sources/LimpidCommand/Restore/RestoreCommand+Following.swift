import ArgumentParser
import Batch
import Pictures

/// Lists that are restored while they are written.
extension RestoreCommand {
  /// Refuses what needs the whole list before work begins, and what would leave paths of it out.
  func requireFollowable() throws {
    guard inputs.follow != nil else { return }
    guard inputs.filesFrom != nil, inputs.input.isEmpty, inputs.images.isEmpty else {
      throw ValidationError("--follow goes with --files-from, and with nothing else to restore")
    }
    let others = [
      ("in-place", inputs.inPlace), ("skip-existing", inputs.skipExisting),
      ("include", !inputs.include.isEmpty), ("exclude", !inputs.exclude.isEmpty),
      ("limit", inputs.limit != nil), ("shard", inputs.shard != .whole),
      ("resume", running.resume != nil), ("dry-run", running.dryRun),
      ("describer", captions.describing.describer != nil),
    ]
    if let (name, _) = others.first(where: \.1) {
      throw ValidationError("--follow restores whatever its list says, without --\(name)")
    }
  }

  /// - Parameter naming: of outputs.
  /// - Returns: nil for lists that are whole.
  func feed(
    _ paths: PathStream?, _ naming: OutputNaming, of list: JobList, _ files: FileOptions
  ) -> PathFeed? {
    guard let paths, let folder = list.folder else { return nil }
    return PathFeed(paths, naming, into: folder, files)
  }
}

extension PathStream.End: ExpressibleByArgument {}
