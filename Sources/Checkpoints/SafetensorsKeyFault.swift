/// Rules on tensor names and metadata keys.
package enum SafetensorsKeyFault: Hashable, Sendable {
  case empty
  case tooLong(bytes: Int, limit: Int)
  case unprintable
  case markRun(limit: Int)
  case repeated
  /// The bytes differ from an earlier key's, the Unicode text does not.
  case equivalent(to: String)

  /// What is wrong with a key on its own; nil when nothing is.
  init?(in key: String) {
    let (length, limit) = (key.utf8.count, SafetensorsLimits.keyBytes)
    if length == 0 {
      self = .empty
    } else if length > limit {
      self = .tooLong(bytes: length, limit: limit)
    } else if !key.isPrintable {
      self = .unprintable
    } else if !key.hasMarkRuns(upTo: SafetensorsLimits.combiningMarks) {
      self = .markRun(limit: SafetensorsLimits.combiningMarks)
    } else {
      return nil
    }
  }
}
