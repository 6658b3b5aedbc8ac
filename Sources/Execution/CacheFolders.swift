import OpenCLExecutor

/// Where files lie that can be made anew; nil where there is no place for them, see
/// ``CacheFolder``.
package enum CacheFolders {
  /// What tuning has found.
  package static var tuning: String? { CacheFolder.path("tuning") }
  /// Painted reference images.
  package static var references: String? { CacheFolder.path("references") }
}
