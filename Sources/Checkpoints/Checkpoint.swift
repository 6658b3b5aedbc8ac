import Paths
import Tensors

/// The tensors of a network, in one file or in several shards.
package struct Checkpoint: Sendable {
  /// File by file, in the order of each.
  package let entries: [CheckpointEntry]
  /// Size of all files in bytes.
  package let byteCount: Int
  private let files: [any TensorFile]
  private let positions: [String: (file: Int, entry: Int)]

  package init(_ file: any TensorFile) { self.init(files: [file]) }

  /// Opens a file of either format: GGUF where it begins as one, safetensors otherwise.
  /// - Throws: ``SafetensorsError`` or ``GGUFError``.
  package init(path: Path) throws {
    let source = ByteSource.file(try OpenFile(path: path))
    if try source.beginsAsGGUF {
      self.init(try GGUFFile(source: source))
    } else {
      self.init(try SafetensorsFile(source: source))
    }
  }

  /// - Parameter open: opens the shard of this name.
  /// - Throws: ``ShardIndexError`` when index and shards disagree, and what `open` throws.
  package init(_ index: ShardIndex, open: (String) throws -> SafetensorsFile) throws {
    let names = index.fileNames
    let files = try names.map(open)
    var found = 0
    for (name, file) in zip(names, files) {
      for entry in file.entries {
        guard let home = index.files[entry.name] else {
          throw ShardIndexError.unlisted(entry.name)
        }
        guard home == name else { throw ShardIndexError.misplaced(entry.name) }
        found += 1
      }
    }
    self.init(files: files)
    if found < index.files.count {
      let missing = index.files.keys.sorted().first { positions[$0] == nil }
      throw ShardIndexError.misplaced(missing ?? "")
    }
  }

  /// These tensors and those of other files: where names are the same, this one's.
  package func joined(by others: [any TensorFile]) -> Checkpoint {
    Checkpoint(files: others + files)
  }

  private init(files: [any TensorFile]) {
    self.files = files
    let contents = files.map(\.contents)
    entries = contents.flatMap(\.self)
    byteCount = files.reduce(0) { $0 + $1.byteCount }
    var positions: [String: (file: Int, entry: Int)] = [:]
    var next = 0
    for (number, entries) in contents.enumerated() {
      for entry in entries {
        positions[entry.name] = (number, next)
        next += 1
      }
    }
    self.positions = positions
  }

  /// The entry of this name; nil when there is none.
  package func entry(named name: String) -> CheckpointEntry? {
    positions[name].map { entries[$0.entry] }
  }

  /// Reads a tensor; see ``TensorFile/tensor(named:)``.
  package func tensor(named name: String) throws(SafetensorsError) -> HostTensor {
    guard let position = positions[name] else { throw .noSuchTensor(name) }
    return try files[position.file].tensor(named: name)
  }

  /// How the blocks of a quantised matrix lie; nil for other tensors.
  func format(ofTensor name: String) -> BlockFormat? {
    positions[name].flatMap { files[$0.file].format(ofTensor: name) }
  }

  /// Reads rows of a quantised matrix as they lie.
  func blocks(named name: String, rows: Range<Int>) throws(SafetensorsError) -> BlockTensor {
    guard let position = positions[name] else { throw .noSuchTensor(name) }
    return try files[position.file].blocks(named: name, rows: rows)
  }

  /// Hands the bytes of a tensor to `body` in pieces of whole elements.
  func forEachPiece(
    ofTensor name: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SafetensorsError) {
    guard let position = positions[name] else { throw .noSuchTensor(name) }
    try files[position.file].forEachPiece(ofTensor: name, body)
  }
}
