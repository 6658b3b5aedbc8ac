import Paths
import Tensors

/// A safetensors checkpoint: its header validated when it is opened, its tensors read on demand.
///
/// The format: a 64-bit little-endian length N, a JSON header of N bytes padded with spaces, the
/// data. The reader is stricter than the format's own implementation: every rule of
/// ``SafetensorsError`` is checked before a tensor can be asked for, and nothing is allocated on
/// a number that was not checked against the size of the file. Reading is safe from any thread.
package struct SafetensorsFile: Sendable {
  package let header: SafetensorsHeader
  private let source: ByteSource
  /// Offset in the file where the data begins.
  private let dataStart: Int

  /// Opens the regular file at `path` and validates its header.
  package init(path: Path) throws(SafetensorsError) {
    try self.init(source: .file(try OpenFile(path: path)))
  }

  /// Validates a checkpoint that lies in memory; its tensors borrow from `storage`.
  package init(storage: TensorStorage) throws(SafetensorsError) {
    try self.init(source: .memory(storage))
  }

  /// Validates a checkpoint in memory that outlives the process's last use of it, such as one
  /// embedded in the binary; its tensors borrow from `bytes`.
  package init(bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
    try self.init(storage: TensorStorage(borrowing: bytes) {})
  }

  init(source: ByteSource) throws(SafetensorsError) {
    do throws(SafetensorsError) {
      try self.init(validating: source)
    } catch {
      guard error.mayBeForeign else { throw error }
      let head = try source.read(
        0..<min(ForeignFile.sniffedBytes, source.byteCount), alignment: 1
      ).withBytes { [UInt8]($0) }
      throw ForeignFile(sniffing: head).map(SafetensorsError.foreign) ?? error
    }
  }

  private init(validating source: ByteSource) throws(SafetensorsError) {
    let size = source.byteCount
    guard size >= 10 else { throw .fileTooShort(bytes: size) }
    let length = try source.read(0..<8, alignment: 1).withBytes {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
    guard length >= 2, length <= SafetensorsLimits.headerBytes else { throw .headerLength(length) }
    guard length <= size - 8 else {
      throw .headerBeyondFile(length: length, available: size - 8)
    }
    dataStart = 8 + Int(length)
    let json = try source.read(8..<dataStart, alignment: 1).withBytes { [UInt8]($0) }
    header = try SafetensorsHeader(json: json, dataBytes: size - dataStart)
    self.source = source
  }

  /// Size in bytes.
  package var byteCount: Int { source.byteCount }

  /// The tensors, ordered by place in the file.
  package var entries: [SafetensorsEntry] { header.entries }

  /// The header's `__metadata__`; empty when it has none.
  package var metadata: [String: String] { header.metadata }

  /// The entry of this name; nil when there is none.
  package func entry(named name: String) -> SafetensorsEntry? { header.entry(named: name) }

  /// Reads a tensor; elements in double precision are rounded to single.
  /// - Throws: ``SafetensorsError/noSuchTensor(_:)``,
  ///   ``SafetensorsError/unreadableType(tensor:_:)`` when no ``ElementType`` holds its
  ///   elements, or an error of reading.
  package func tensor(named name: String) throws(SafetensorsError) -> HostTensor {
    guard let entry = entry(named: name) else { throw .noSuchTensor(name) }
    if entry.type == .f64 { return try rounded(entry) }
    guard let type = entry.type.elementType else {
      throw .unreadableType(tensor: name, entry.type)
    }
    let storage = try storage(of: entry, alignment: type.byteCount)
    return HostTensor(shape: entry.shape, type: type, storage: storage)
  }

  /// Reads the bytes of a tensor of any type, as they lie in the file.
  /// - Throws: ``SafetensorsError/noSuchTensor(_:)`` or an error of reading.
  package func bytes(named name: String) throws(SafetensorsError) -> TensorStorage {
    guard let entry = entry(named: name) else { throw .noSuchTensor(name) }
    return try storage(of: entry, alignment: 1)
  }

  private func rounded(_ entry: SafetensorsEntry) throws(SafetensorsError) -> HostTensor {
    try storage(of: entry, alignment: 8).withBytes { bytes in
      let numbers = bytes.bindMemory(to: Double.self)
      return HostTensor(entry.shape) { elements in
        for index in elements.indices { elements[index] = Float(numbers[index]) }
      }
    }
  }

  /// The sums cannot overflow: the header's offsets were checked against the size of the file.
  private func storage(
    of entry: SafetensorsEntry, alignment: Int
  ) throws(SafetensorsError) -> TensorStorage {
    let begin = dataStart + entry.dataOffsets.lowerBound
    let end = dataStart + entry.dataOffsets.upperBound
    return try source.read(begin..<end, alignment: alignment)
  }
}

extension SafetensorsFile: TensorFile {
  package var contents: [CheckpointEntry] {
    entries.map { CheckpointEntry(name: $0.name, type: $0.type, shape: $0.shape) }
  }

  package func forEachPiece(
    ofTensor name: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SafetensorsError) {
    guard let entry = entry(named: name) else { throw .noSuchTensor(name) }
    let (size, end) = (1 << 20, dataStart + entry.dataOffsets.upperBound)
    for begin in stride(from: dataStart + entry.dataOffsets.lowerBound, to: end, by: size) {
      try source.read(begin..<min(begin + size, end), alignment: 8).withBytes(body)
    }
  }
}

extension SafetensorsError {
  /// Whether the file does not even begin as a safetensors file.
  fileprivate var mayBeForeign: Bool {
    switch self {
    case .fileTooShort, .headerLength, .headerBeyondFile, .headerStart: true
    default: false
    }
  }
}
