/// What `bundle.json` says of a model.
package struct BundleDescription: Hashable, Sendable {
  /// A file of the bundle as it was when the bundle was made.
  package struct File: Hashable, Sendable {
    package let byteCount: Int
    /// SHA-256 in lower-case hexadecimal.
    package let hash: String
  }

  /// A folder of the bundle, or of one that lies beside it.
  package struct Part: Hashable, Sendable {
    /// Of a network its name, of anything else its class.
    package let architecture: String
    /// The name of the bundle that it is stored in; nil for this one.
    package let bundle: String?
    /// From that bundle's folder; empty for the folder itself.
    package let folder: String
  }

  /// A picture that was restored when the bundle was made.
  package struct Golden: Hashable, Sendable {
    /// Path of the degraded picture.
    package let input: String
    /// Path of what became of it.
    package let expected: String
    /// The largest difference of values in [0, 1].
    package let tolerance: Double
  }

  /// Where a model comes from, as whoever made the bundle says; empty where nothing is said.
  package struct Origin: Hashable, Sendable {
    package let licence: String
    package let paper: String
    package let repository: String
    package let revision: String
  }

  /// The only version that is read.
  static let formatVersion = 1
  static let maximumBytes = 1 << 20
  static let maximumFiles = 4096

  /// The kind of system that the parts make, such as `Restorer`.
  package let pipeline: String
  package let parts: [Role: Part]
  /// SHA-256 of the `bundle.json` of each bundle beside this one that parts are stored in.
  package let neighbours: [String: String]
  /// By path from the bundle's folder.
  package let files: [String: File]
  package let golden: Golden?
  package let origin: Origin
}

/// What is wrong with a bundle; one line.
package struct BundleError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
