import Glibc
import Images
import Synchronization

/// The record of what runs have done in a folder: lines are only ever appended, and an image is
/// done only once its output is durable under its final name.
///
/// `.limpid-run.jsonl` in the outputs' folder; shards have one each, so that machines which share
/// the folder never write to one file.
package final class Ledger: Sendable {
  package let folder: String
  private let path: String
  private let descriptor: Int32
  private let turn = Mutex(())

  static let prefix = ".limpid-run"
  static let ending = ".jsonl"

  static func name(_ shard: Shard) -> String {
    shard == .whole ? prefix + ending : "\(prefix)-\(shard.index)-of-\(shard.count)\(ending)"
  }

  /// Opens the ledger of a shard for appending, and keeps other processes from doing so.
  /// - Throws: ``LimpidError`` of kind `temporary` when another run has it.
  package init(folder: String, shard: Shard) throws(LimpidError) {
    self.folder = folder
    path = Path.joined(folder, Self.name(shard))
    do {
      try OutputFile.createDirectory(of: path)
    } catch {
      throw LimpidError(error)
    }
    let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC
    let path = path
    descriptor = retrying { open(path, flags, 0o666) }
    guard descriptor >= 0 else {
      throw LimpidError(.cannotCreate, "\(path): \(String(cString: strerror(errno)))")
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw LimpidError(.temporary, "\(path): another run is restoring to this folder")
    }
    try endTornLine()
  }

  deinit { close(descriptor) }

  /// Records the beginning of a run.
  /// - Parameter images: of the shard, those that are done already included.
  package func begin(_ shard: Shard, images: Int, fingerprint: String) throws(LimpidError) {
    let run = LedgerRecord.Run(
      shard: shard.description, images: images, fingerprint: fingerprint)
    try append(LedgerRecord(run: run))
  }

  package func recordFailure(of job: Job, _ error: LimpidError, fingerprint: String)
    throws(LimpidError)
  {
    var image = LedgerRecord.Image(
      state: .failed, input: job.relative, size: 0, modified: 0, output: relative(job.output),
      fingerprint: fingerprint)
    image.message = error.description
    try append(LedgerRecord(image: image))
  }

  /// Records that a run came to its last image.
  package func end(restored: Int, failed: Int, skipped: Int) throws(LimpidError) {
    let end = LedgerRecord.End(restored: restored, failed: failed, skipped: skipped)
    try append(LedgerRecord(end: end), durably: true)
  }

  /// Appends a record.
  /// - Parameter durably: whether it must be on disk before this returns.
  func append(_ record: LedgerRecord, durably: Bool = false) throws(LimpidError) {
    let line = record.line
    let failure = turn.withLock { _ in
      let failure = OutputFile.writeAll(line, to: descriptor)
      guard failure == 0, durably else { return failure }
      if retrying({ fdatasync(descriptor) }) == 0 { return 0 }
      // Not every file system can.
      return errno == EINVAL || errno == ENOTSUP ? 0 : errno
    }
    guard failure == 0 else { throw fault(failure) }
  }

  /// Every record in the ledgers of a folder, shard by shard.
  static func records(in folder: String) -> [(name: String, records: [LedgerRecord])] {
    (Path.entries(of: folder) ?? []).filter { $0.hasPrefix(prefix) && $0.hasSuffix(ending) }
      .sorted().map { name in
        let bytes = try? InputFile.read(Path.joined(folder, name), limit: 1 << 40)
        return (name, LedgerRecord.parse(bytes ?? []))
      }
  }

  /// A path below the folder as the ledger has it.
  func relative(_ path: String) -> String {
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }

  /// Puts an end to a line that a crash cut off.
  private func endTornLine() throws(LimpidError) {
    var last: UInt8 = 0x0A
    let size = lseek(descriptor, 0, SEEK_END)
    if size > 0 { _ = pread(descriptor, &last, 1, size - 1) }
    guard last != 0x0A else { return }
    let failure = OutputFile.writeAll([0x0A], to: descriptor)
    guard failure == 0 else { throw fault(failure) }
  }

  private func fault(_ code: Int32) -> LimpidError {
    LimpidError(.transfer, "\(path): \(String(cString: strerror(code)))", endsRun: true)
  }
}
