import Paths
import Pictures
import Restoration

/// What describers said of images in earlier runs, as ledgers have it.
package struct RecordedTexts: Sendable {
  /// Under the images' relative paths; newest last.
  private let texts: [Path: [LedgerRecord.Text]]

  /// - Parameter folder: of the outputs.
  package init(folder: Path) {
    texts = Dictionary(
      grouping: Ledger.records(in: folder).flatMap(\.records).compactMap(\.text), by: \.input)
  }

  /// The text about an image as it is now.
  /// - Parameter asked: a hash of who is asked and what.
  package func text(_ kind: TextKind, of job: FileJob, asked: String) -> String? {
    guard let stamp = job.input.stamp else { return nil }
    return texts[job.relative]?.last {
      $0.kind == kind && $0.asked == asked && $0.size == stamp.size && $0.modified == stamp.modified
    }?.text
  }
}

extension Ledger {
  /// Records what a describer said of an image.
  package func record(
    _ text: String, _ kind: TextKind, of job: FileJob, asked: String
  ) throws(LimpidError) {
    guard let stamp = job.input.stamp else { return }
    let said = LedgerRecord.Text(
      input: job.relative, size: stamp.size, modified: stamp.modified, kind: kind, asked: asked,
      text: text)
    try append(LedgerRecord(text: said), durably: true)
  }
}
