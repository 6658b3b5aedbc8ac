import Paths
import Pictures
import Restoration

/// What earlier runs left in a folder, as far as their ledgers vouch for it.
package struct Resumption: Sendable {
  package enum Verdict: Sendable {
    /// The output is there and is what this run would make.
    case done
    /// The output is there and a run of ours wrote it, from another input or with other settings.
    case ours
    /// There is no output, or nobody knows whose it is.
    case unknown
  }

  private let folder: Path
  private let fingerprint: String
  private let guides: GuideSources
  private let hashesInputs: Bool
  /// Under the outputs' relative paths; newest last.
  private let entries: [Path: [LedgerRecord.Image]]

  /// - Parameters:
  ///   - fingerprint: of the settings that decide what outputs are.
  ///   - guides: where texts and reference images come from.
  ///   - hashesInputs: whether inputs are compared by contents too, not by size and time alone.
  package init(
    folder: Path, fingerprint: String, guides: GuideSources, hashesInputs: Bool
  ) {
    self.folder = folder
    self.guides = guides
    self.fingerprint = fingerprint
    self.hashesInputs = hashesInputs
    let images = Ledger.records(in: folder).flatMap(\.records).compactMap(\.image)
    entries = Dictionary(grouping: images.filter { $0.hash != nil }, by: \.output)
  }

  package func verdict(on job: FileJob) -> Verdict {
    guard let output = job.output.below(folder), let known = entries[output],
      let hash = Digest.ofFile(job.output)
    else { return .unknown }
    let fitting = known.filter { $0.hash == hash }
    guard !fitting.isEmpty else { return .unknown }
    return fitting.contains { isOf(job, $0) } ? .done : .ours
  }

  /// Whether the entry is about this input as it is now, restored as it would be now.
  private func isOf(_ job: FileJob, _ entry: LedgerRecord.Image) -> Bool {
    guard entry.fingerprint == fingerprint, entry.input == job.relative,
      let stamp = job.input.stamp, stamp.size == entry.size,
      stamp.modified == entry.modified, isGuided(job, as: entry)
    else { return false }
    return !hashesInputs || entry.inputHash == Digest.ofFile(job.input)
  }

  /// Whether texts and reference image are still those of the entry.
  private func isGuided(_ job: FileJob, as entry: LedgerRecord.Image) -> Bool {
    do throws(LimpidError) {
      return try guides.digest(for: job.input) == entry.guide
    } catch {
      // What is wrong is told when the image is restored.
      return false
    }
  }
}
