import Foundation

/// What scripts of tools/fixtures wrote: tiny random networks of systems, and what PyTorch makes of
/// pictures with them.
package enum Fixtures {
  /// Where a file or folder of them is.
  package static func path(_ entry: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(entry)").path
  }
}
