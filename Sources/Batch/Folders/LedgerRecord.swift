import Foundation
import Paths
import Restoration

/// One line of a ledger; exactly one member is there.
struct LedgerRecord: Codable, Sendable {
  /// The beginning of a run.
  struct Run: Codable, Sendable {
    var shard: String
    /// Images of the shard, those that earlier runs have done included.
    var images: Int
    var fingerprint: String
  }

  /// What became of an image.
  struct Image: Codable, Sendable {
    enum State: String, Codable, Sendable {
      /// The output is on disk under a temporary name and about to be renamed.
      case writing
      /// The output has its name, durably.
      case done
      case failed
      /// Met and not to be restored.
      case passedOver
    }

    var state: State
    /// Relative path.
    var input: Path
    /// Bytes of the input.
    var size: Int
    /// When the input was changed last, in nanoseconds since 1970.
    var modified: Int
    /// SHA-256 of the input, when the run was to know.
    var inputHash: String?
    /// Path relative to the ledger's folder; empty for what became none.
    var output: Path
    /// SHA-256 of the output; nil for failures.
    var hash: String?
    /// Of the settings that decide what the output is.
    var fingerprint: String
    /// Of texts and reference images that are the image's own; nil when there were none.
    var guide: String?
    /// Where its random numbers began, as text; nil when none were drawn.
    var seed: String?
    /// Why it failed or was passed over.
    var message: String?
  }

  /// What a describer said of an image.
  struct Text: Codable, Sendable {
    /// Relative path.
    var input: Path
    /// Bytes of the input.
    var size: Int
    /// When the input was changed last, in nanoseconds since 1970.
    var modified: Int
    var kind: TextKind
    /// SHA-256 of who said it and what was asked.
    var asked: String
    var text: String
  }

  /// The end of a run that came to its last image.
  struct End: Codable, Sendable {
    var restored: Int
    var failed: Int
    var skipped: Int
    /// Those that have no record of their own included.
    var passedOver: Int?
  }

  var run: Run?
  var image: Image?
  var text: Text?
  var end: End?

  /// On one line, which ends it.
  var line: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and integers: encoding them cannot fail.
    return [UInt8]((try? encoder.encode(self)) ?? Data()) + [0x0A]
  }

  /// The records of a ledger's bytes. What is no record, a line that a crash cut off for example,
  /// is passed over.
  static func parse(_ bytes: [UInt8]) -> [LedgerRecord] {
    let decoder = JSONDecoder()
    return bytes.split(separator: 0x0A).compactMap {
      try? decoder.decode(LedgerRecord.self, from: Data($0))
    }
  }
}
