import Paths
import Tensors

/// A GGUF checkpoint of version 2 or 3: its header validated when it is opened, its tensors read
/// on demand. Reading is safe from any thread.
///
/// The format: `GGUF`, a version, counts, metadata, descriptions of tensors, and the data, all
/// little end first. The reader is strict in the way of ``SafetensorsFile``: every rule of
/// ``GGUFError`` is checked before a tensor can be asked for, and a file is refused whole when one
/// of its tensors is of a type that is not read.
package struct GGUFFile: Sendable {
  private let header: GGUFHeader
  private let source: ByteSource

  /// Opens the regular file at `path` and validates its header.
  package init(path: Path) throws(GGUFError) {
    let file: OpenFile
    do throws(SafetensorsError) {
      file = try OpenFile(path: path)
    } catch {
      throw .reading(error)
    }
    try self.init(source: .file(file))
  }

  /// Validates a checkpoint that lies in memory; its tensors borrow from `storage`.
  package init(storage: TensorStorage) throws(GGUFError) {
    try self.init(source: .memory(storage))
  }

  init(source: ByteSource) throws(GGUFError) {
    self.source = source
    do throws(GGUFError) {
      header = try GGUFHeader(source)
    } catch {
      throw error == .foreign(nil) ? .foreign(Self.appearance(of: source)) : error
    }
  }

  private static func appearance(of source: ByteSource) -> ForeignFile? {
    let size = min(ForeignFile.sniffedBytes, source.byteCount)
    let head = try? source.read(0..<size, alignment: 1).withBytes { [UInt8]($0) }
    return head.flatMap(ForeignFile.init(sniffing:))
  }

  /// Size in bytes.
  package var byteCount: Int { source.byteCount }

  /// The tensors, ordered by place in the file.
  package var entries: [GGUFEntry] { header.entries }

  package var metadata: [String: GGUFValue] { header.metadata }

  /// The entry of this name; nil when there is none.
  package func entry(named name: String) -> GGUFEntry? {
    header.positions[name].map { header.entries[$0] }
  }

  /// Reads the bytes of a tensor as they lie in the file.
  package func bytes(named name: String) throws(SafetensorsError) -> TensorStorage {
    guard let entry = entry(named: name) else { throw .noSuchTensor(name) }
    return try bytes(of: entry, entry.dataOffsets)
  }

  /// - Parameter range: part of the entry's bytes, from the start of the data. The sums cannot
  ///   overflow: the header's offsets were checked against the size of the file.
  private func bytes(
    of entry: GGUFEntry, _ range: Range<Int>
  ) throws(SafetensorsError) -> TensorStorage {
    let alignment = entry.type.elementType?.byteCount ?? 1
    let start = header.dataStart
    return try source.read(
      start + range.lowerBound..<start + range.upperBound, alignment: alignment)
  }
}

extension ByteSource {
  /// Whether a file's first bytes are those of GGUF.
  var beginsAsGGUF: Bool {
    get throws(SafetensorsError) {
      try read(0..<min(4, byteCount), alignment: 1).withBytes { $0.elementsEqual("GGUF".utf8) }
    }
  }
}

extension GGUFFile: TensorFile {
  package var contents: [CheckpointEntry] {
    entries.map {
      CheckpointEntry(
        name: $0.name, type: SafetensorsType($0.type.elementType ?? .f32), shape: $0.shape)
    }
  }

  /// Reads a tensor; quantised ones are unpacked to float32.
  package func tensor(named name: String) throws(SafetensorsError) -> HostTensor {
    guard let entry = entry(named: name) else { throw .noSuchTensor(name) }
    let storage = try bytes(of: entry, entry.dataOffsets)
    guard let format = entry.type.blockFormat else {
      return HostTensor(
        shape: entry.shape, type: entry.type.elementType ?? .f32, storage: storage)
    }
    return BlockTensor(shape: entry.shape, format: format, storage: storage).unpacked
  }

  package func format(ofTensor name: String) -> BlockFormat? {
    guard let entry = entry(named: name), entry.shape.rank == 2 else { return nil }
    return entry.type.blockFormat
  }

  package func blocks(
    named name: String, rows: Range<Int>
  ) throws(SafetensorsError) -> BlockTensor {
    guard let entry = entry(named: name), let format = format(ofTensor: name),
      rows.lowerBound >= 0, rows.upperBound <= entry.shape[0], entry.shape[0] > 0
    else { throw .noSuchTensor(name) }
    // No overflow: the rows lie within the tensor, which the header's checks put within the file.
    let size = entry.dataOffsets.count / entry.shape[0]
    let start = entry.dataOffsets.lowerBound
    let range = start + rows.lowerBound * size..<start + rows.upperBound * size
    return BlockTensor(
      shape: [rows.count, entry.shape[1]], format: format, storage: try bytes(of: entry, range))
  }

  package func forEachPiece(
    ofTensor name: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SafetensorsError) {
    guard let entry = entry(named: name) else { throw .noSuchTensor(name) }
    let (type, range) = (entry.type, entry.dataOffsets)
    let size = (1 << 18) / type.blockBytes * type.blockBytes
    for begin in stride(from: range.lowerBound, to: range.upperBound, by: size) {
      let end = min(begin + size, range.upperBound)
      let storage = try bytes(of: entry, begin..<end)
      guard let format = type.blockFormat else {
        storage.withBytes(body)
        continue
      }
      let count = (end - begin) / type.blockBytes * type.blockLength
      let floats = storage.withBytes { blocks in
        HostTensor([count]) { format.unpack(blocks, into: $0) }
      }
      floats.withBytes(body)
    }
  }
}
