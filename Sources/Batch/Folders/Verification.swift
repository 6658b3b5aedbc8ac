import Paths
import Pictures

/// Whether the runs over a folder have done what they were to do, by their ledgers and by what is
/// on disk.
package struct Verification: Sendable {
  /// What is known of one shard.
  package struct Part: Sendable {
    package let shard: Shard
    /// Outputs that are there with the contents that were written.
    package var sound = 0
    /// What is missing, one line each; empty when the shard is complete.
    package var problems: [String] = []
    /// What its last run met and did not restore, one line each, and the number of all that.
    package var passedOver: [String] = []
    package var passedOverCount = 0
  }

  package let parts: [Part]

  /// - Parameters:
  ///   - shards: how many parts the runs were given.
  ///   - hashes: whether outputs are read and compared with what was written; otherwise it is
  ///     enough that they exist.
  package init(folder: Path, shards: Int, hashes: Bool) {
    let ledgers = Dictionary(
      Ledger.records(in: folder).map { ($0.name, $0.records) }, uniquingKeysWith: { $1 })
    parts = Shard.all(of: shards).map { shard in
      guard let records = ledgers[Ledger.name(shard)], records.contains(where: { $0.run != nil })
      else { return Part(shard: shard, problems: ["it was never begun"]) }
      return Self.part(shard, records, in: folder, hashes: hashes)
    }
  }

  /// The shards that must be run again, as Slurm's `--array` takes them: `1,3,5-7`; nil when there
  /// are none.
  package var missing: String? {
    var ranges: [ClosedRange<Int>] = []
    for part in parts where !part.problems.isEmpty {
      let index = part.shard.index
      if let last = ranges.last, last.upperBound + 1 == index {
        ranges[ranges.count - 1] = last.lowerBound...index
      } else {
        ranges.append(index...index)
      }
    }
    guard !ranges.isEmpty else { return nil }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  private static func part(
    _ shard: Shard, _ records: [LedgerRecord], in folder: Path, hashes: Bool
  ) -> Part {
    var part = Part(shard: shard)
    let start = records.lastIndex { $0.run != nil } ?? 0
    let last = records[start...]
    if !last.contains(where: { $0.end != nil }) {
      part.problems.append("its last run did not come to its end")
    }
    for failure in last.compactMap(\.image) where failure.state == .failed {
      part.problems.append(failure.message ?? failure.input.text)
    }
    part.passedOver = last.compactMap(\.image).filter { $0.state == .passedOver }.map {
      "\($0.input): passed over: \($0.message ?? "")"
    }
    part.passedOverCount = last.last { $0.end != nil }?.end?.passedOver ?? part.passedOver.count
    // The newest record of each output is about what should be there now; after a crash that came
    // between a name and its record, it is the one before the name.
    let images = records.compactMap(\.image).filter { $0.hash != nil }
    for (output, entries) in Dictionary(grouping: images, by: \.output).sorted(by: {
      $0.key < $1.key
    }) {
      let path = output.hasPrefix("/") ? output : folder.appending(output)
      let isSound =
        hashes ? Digest.ofFile(path) == entries.last?.hash : path.kind == .file
      if isSound {
        part.sound += 1
      } else {
        part.problems.append("\(output) is missing or changed")
      }
    }
    return part
  }
}
