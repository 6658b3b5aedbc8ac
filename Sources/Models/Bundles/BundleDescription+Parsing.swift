import JSON

extension BundleDescription {
  /// - Throws: ``BundleError``, or what makes it no JSON.
  init(parsing bytes: [UInt8]) throws {
    guard case .object(let members) = try JSONValue(parsing: bytes) else {
      throw BundleError("it is no JSON object")
    }
    guard case .whole(Self.formatVersion)? = members["format_version"] else {
      throw BundleError("format_version is not \(Self.formatVersion)")
    }
    let files = try Self.files(try members.object("files"))
    let neighbours = try members["bundles"].map { _ in try members.object("bundles") } ?? [:]
    self.init(
      pipeline: try members.text("pipeline"),
      parts: try Self.parts(try members.object("components"), among: Set(neighbours.keys)),
      neighbours: try Self.neighbours(neighbours), files: files,
      golden: try members["golden"].map { try Self.golden($0, among: files) },
      origin: try Self.origin(members))
  }

  private static func origin(_ members: [String: JSONValue]) throws -> Origin {
    let source = try members["source"].map { _ in try members.object("source") } ?? [:]
    func said(_ name: String, in members: [String: JSONValue]) throws -> String {
      try members[name].map { _ in try members.text(name) } ?? ""
    }
    return Origin(
      licence: try said("licence", in: members), paper: try said("paper", in: members),
      repository: try said("repository", in: source), revision: try said("revision", in: source))
  }

  private static func parts(
    _ entries: [String: JSONValue], among neighbours: Set<String>
  ) throws -> [Role: Part] {
    var parts: [Role: Part] = [:]
    for (name, value) in entries {
      guard let role = Role(rawValue: name) else {
        let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
        throw BundleError("components: \(quoted(name)) is no role; there are \(known)")
      }
      parts[role] = try part(role, value, among: neighbours)
    }
    return parts
  }

  /// A name alone stands for a folder called like the role.
  private static func part(
    _ role: Role, _ value: JSONValue, among neighbours: Set<String>
  ) throws -> Part {
    if case .string(let name) = value {
      return Part(architecture: name, bundle: nil, folder: role.rawValue)
    }
    guard case .object(let members) = value else {
      throw BundleError("components: \(role) is neither a name nor an object")
    }
    let bundle = try members["bundle"].map { _ in try members.text("bundle") }
    if let bundle, !neighbours.contains(bundle) {
      throw BundleError("components: \(role) is in \(quoted(bundle)), which bundles does not name")
    }
    let folder = try members["folder"].map { _ in try members.text("folder") }
    if let folder { try check(folder) }
    return Part(
      architecture: try members.text("architecture"), bundle: bundle,
      folder: folder ?? (bundle == nil ? role.rawValue : ""))
  }

  private static func neighbours(_ entries: [String: JSONValue]) throws -> [String: String] {
    var neighbours: [String: String] = [:]
    for name in entries.keys {
      try check(name)
      guard !name.contains("/") else {
        throw BundleError("bundles: \(quoted(name)) is no name of a folder beside this one")
      }
      neighbours[name] = try entries.hash(name)
    }
    return neighbours
  }

  private static func files(_ entries: [String: JSONValue]) throws -> [String: File] {
    guard entries.count <= maximumFiles else {
      throw BundleError("more than \(maximumFiles) files")
    }
    var files: [String: File] = [:]
    for (path, value) in entries {
      try check(path)
      guard case .object(let members) = value, case .whole(let size)? = members["size"], size >= 0
      else { throw BundleError("\(quoted(path)): a file has a size and a sha256") }
      do {
        files[path] = File(byteCount: size, hash: try members.hash("sha256"))
      } catch {
        throw BundleError("\(quoted(path)): \(error)")
      }
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

  /// SHA-256 in lower-case hexadecimal.
  fileprivate func hash(_ name: String) throws -> String {
    let hash = try text(name)
    guard hash.utf8.count == 64, hash.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
    else { throw BundleError("the \(name) has 64 hexadecimal digits") }
    return hash
  }
}
