import Paths

/// Where files lie that can be made anew; nil where there is no place for them, see
/// ``CacheFolder``.
package enum CacheFolders {
  /// What tuning has found.
  package static var tuning: Path? { CacheFolder.path("tuning").map { Path($0) } }
  /// Painted reference images.
  package static var references: Path? { CacheFolder.path("references").map { Path($0) } }
}
