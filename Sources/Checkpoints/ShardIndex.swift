import JSON

/// Which file of several holds which tensor: a `*.safetensors.index.json`.
package struct ShardIndex: Sendable {
  package static let maximumBytes = 64 << 20
  package static let maximumFiles = 10_000

  /// File names by tensor; names of files in the index's own folder.
  package let files: [String: String]

  /// - Throws: for what is no index, and for files that are not in the index's folder.
  package init(parsing bytes: [UInt8]) throws(ShardIndexError) {
    let value: JSONValue
    do throws(JSONFault) { value = try JSONValue(parsing: bytes) } catch { throw .json(error) }
    guard case .object(let members) = value, case .object(let map)? = members["weight_map"] else {
      throw .noWeightMap
    }
    var files: [String: String] = [:]
    for (tensor, file) in map {
      guard case .string(let file) = file, Self.isPlain(file) else { throw .badFile(tensor) }
      files[tensor] = file
    }
    self.files = files
    guard fileNames.count <= Self.maximumFiles else { throw .tooManyFiles(fileNames.count) }
  }

  /// Each file once, in order of name.
  package var fileNames: [String] { Set(files.values).sorted() }

  private static func isPlain(_ name: String) -> Bool {
    name.hasSuffix(".safetensors") && name.isPrintable && name.utf8.count <= 255
      && !name.utf8.contains(UInt8(ascii: "/")) && !name.hasPrefix(".")
  }
}

/// Why an index of shards cannot be used. Descriptions are one line.
package enum ShardIndexError: Error, Hashable, Sendable, CustomStringConvertible {
  case json(JSONFault)
  case noWeightMap
  /// The file of this tensor is not named by a plain `NAME.safetensors`.
  case badFile(String)
  case tooManyFiles(Int)
  /// The tensor is not in the file that the index names, or in another too.
  case misplaced(String)
  /// A shard holds a tensor that the index does not know.
  case unlisted(String)

  package var description: String {
    switch self {
    case .json(let fault): "\(fault)"
    case .noWeightMap: "it has no object weight_map"
    case .badFile(let tensor): "the file of \(quoted(tensor)) is no NAME.safetensors beside it"
    case .tooManyFiles(let count): "it names \(count) files"
    case .misplaced(let tensor): "\(quoted(tensor)) is not where the index says"
    case .unlisted(let tensor): "\(quoted(tensor)) is in a shard but not in the index"
    }
  }
}
