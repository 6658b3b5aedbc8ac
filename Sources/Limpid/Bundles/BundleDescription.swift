import JSON

/// What `bundle.json` says of a model.
package struct BundleDescription: Hashable, Sendable {
  /// A file of the bundle as it was when the bundle was made.
  package struct File: Hashable, Sendable {
    package let byteCount: Int
    /// SHA-256 in lower-case hexadecimal.
    package let hash: String
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

  /// The only version that is read.
  static let formatVersion = 1
  static let maximumBytes = 1 << 20
  private static let maximumFiles = 4096

  /// The kind of system that the components make, such as `Restorer`.
  package let pipeline: String
  /// Architectures by folder.
  package let components: [String: String]
  /// By path from the bundle's folder.
  package let files: [String: File]
  package let golden: Golden?

  /// - Throws: ``BundleError``.
  init(parsing bytes: [UInt8]) throws {
    guard case .object(let members) = try JSONValue(parsing: bytes) else {
      throw BundleError("it is no JSON object")
    }
    guard case .whole(Self.formatVersion)? = members["format_version"] else {
      throw BundleError("format_version is not \(Self.formatVersion)")
    }
    pipeline = try members.text("pipeline")
    components = try members.object("components").mapValues { value in
      guard case .string(let name) = value else {
        throw BundleError("components: an architecture is a string")
      }
      return name
    }
    let files = try Self.files(try members.object("files"))
    self.files = files
    golden = try members["golden"].map { try Self.golden($0, among: files) }
    for folder in components.keys { try Self.check(folder) }
  }

  private static func files(_ entries: [String: JSONValue]) throws -> [String: File] {
    guard entries.count <= maximumFiles else { throw BundleError("more than 4096 files") }
    var files: [String: File] = [:]
    for (path, value) in entries {
      try check(path)
      guard case .object(let members) = value, case .whole(let size)? = members["size"], size >= 0
      else { throw BundleError("\(quoted(path)): a file has a size and a sha256") }
      let hash = try members.text("sha256")
      guard hash.utf8.count == 64, hash.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
      else { throw BundleError("\(quoted(path)): the sha256 has 64 hexadecimal digits") }
      files[path] = File(byteCount: size, hash: hash)
    }
    return files
  }

  private static func golden(_ value: JSONValue, among files: [String: File]) throws -> Golden {
    guard case .object(let members) = value else { throw BundleError("golden is no object") }
    let tolerance: Double
    switch members["tolerance"] {
    case .real(let number)?: tolerance = number
    case .whole(let number)?: tolerance = Double(number)
    default: throw BundleError("golden has no tolerance")
    }
    let golden = Golden(
      input: try members.text("input"), expected: try members.text("expected"),
      tolerance: tolerance)
    guard (0...1).contains(tolerance), files[golden.input] != nil, files[golden.expected] != nil
    else { throw BundleError("golden: two of the files, and a tolerance of 0 to 1") }
    return golden
  }

  /// Refuses paths that do not lead down from the bundle's folder.
  private static func check(_ path: String) throws {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isSound = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    guard isSound, path.utf8.count <= 512, path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x5C }) else {
      throw BundleError("\(quoted(path)) is no path within a bundle")
    }
  }
}

/// What is wrong with a bundle; one line.
package struct BundleError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension [String: JSONValue] {
  fileprivate func text(_ name: String) throws -> String {
    guard case .string(let text)? = self[name] else {
      throw BundleError("\(name) is no string")
    }
    return text
  }

  fileprivate func object(_ name: String) throws -> [String: JSONValue] {
    guard case .object(let members)? = self[name] else {
      throw BundleError("\(name) is no object")
    }
    return members
  }
}
