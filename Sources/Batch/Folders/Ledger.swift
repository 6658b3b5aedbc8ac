import Glibc
import Images
import Paths
import Pictures
import Synchronization

/// The record of what runs have done in a folder: lines are only ever appended, and an image is
/// done only once its output is durable under its final name.
///
/// `.limpid-run.jsonl` in the outputs' folder; shards have one each, so that machines which share
/// the folder never write to one file.
package final class Ledger: Sendable {
  package let folder: Path
  private let path: Path
  private let descriptor: Int32
  /// Lines that this run has written.
  private let written = Mutex(0)
  private let syncing = Mutex(Syncing())

  /// How far the ledger is on disk.
  private struct Syncing {
    var lines = 0
    /// Of a sync that failed: what it left out is not told again by another that succeeds.
    var failure: Int32 = 0
  }

  static let prefix: Path = ".limpid-run"
  static let ending: Path = ".jsonl"

  static func name(_ shard: Shard) -> Path {
    shard == .whole ? prefix + ending : "\(prefix)-\(shard.index)-of-\(shard.count)\(ending)"
  }

  /// Opens the ledger of a shard for appending, and keeps other processes from doing so.
  /// - Throws: ``LimpidError`` of kind `temporary` when another run has it.
  package init(folder: Path, shard: Shard) throws(LimpidError) {
    self.folder = folder
    path = folder.appending(Self.name(shard))
    do {
      try OutputFile.createDirectory(of: path)
    } catch {
      throw LimpidError(error)
    }
    let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC
    let path = path
    descriptor = retrying { open(path.cString, flags, 0o666) }
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
      state: .failed, input: job.name, size: 0, modified: 0, output: relative(job.sink.name),
      fingerprint: fingerprint)
    image.message = error.description
    try append(LedgerRecord(image: image))
  }

  /// Records what a run met and does not restore.
  package func record(
    _ lost: [LostImage], _ passedOver: [PassedOver], fingerprint: String
  ) throws(LimpidError) {
    func record(_ state: LedgerRecord.Image.State, _ input: Path, _ message: String)
      throws(LimpidError)
    {
      var image = LedgerRecord.Image(
        state: state, input: input, size: 0, modified: 0, output: "", fingerprint: fingerprint)
      image.message = message
      try append(LedgerRecord(image: image))
    }
    for image in lost { try record(.failed, image.relative, image.error.description) }
    for image in passedOver where image.isRecorded {
      try record(.passedOver, image.relative, image.reason.description)
    }
  }

  /// Records that a run came to its last image.
  package func end(
    restored: Int, failed: Int, skipped: Int, passedOver: Int
  ) throws(LimpidError) {
    let end = LedgerRecord.End(
      restored: restored, failed: failed, skipped: skipped, passedOver: passedOver)
    try append(LedgerRecord(end: end), durably: true)
  }

  /// Appends a record.
  /// - Parameter durably: whether it must be on disk before this returns.
  func append(_ record: LedgerRecord, durably: Bool = false) throws(LimpidError) {
    let line = record.line
    let (failure, number) = written.withLock { lines in
      lines += 1
      return (OutputFile.writeAll(line, to: descriptor), lines)
    }
    guard failure == 0 else { throw fault(failure) }
    if durably { try sync(line: number) }
  }

  /// Returns when a line is on disk. Threads that come meanwhile share the next sync.
  private func sync(line: Int) throws(LimpidError) {
    let failure = syncing.withLock { state in
      guard state.failure == 0, state.lines < line else { return state.failure }
      let lines = written.withLock { $0 }
      // Not every file system can.
      if retrying({ fdatasync(descriptor) }) != 0, errno != EINVAL, errno != ENOTSUP {
        state.failure = errno
      } else {
        state.lines = lines
      }
      return state.failure
    }
    guard failure == 0 else { throw fault(failure) }
  }

  /// Every record in the ledgers of a folder, shard by shard.
  static func records(in folder: Path) -> [(name: Path, records: [LedgerRecord])] {
    (folder.entries ?? []).filter { $0.hasPrefix(prefix) && $0.hasSuffix(ending) }
      .sorted().map { name in
        let bytes = try? InputFile.read(folder.appending(name), limit: 1 << 40)
        return (name, LedgerRecord.parse(bytes ?? []))
      }
  }

  /// A path below the folder as the ledger has it.
  func relative(_ path: Path) -> Path { path.below(folder) ?? path }

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
