import Glibc
import Paths

/// One file of a cache: magic, checksum, length of the key, key, binary.
struct CacheEntry {
  private static let magic: UInt64 = 0x3165_6863_6143_4d4c  // "LMCache1"
  private let path: String
  private let folder: String
  private let key: [UInt8]

  init(folder: String, key: String) {
    self.folder = folder
    self.key = Array(key.utf8)
    let hash = String(Self.checksum(self.key), radix: 16)
    path = folder + "/" + String(repeating: "0", count: 16 - hash.count) + hash
  }

  /// What is remembered of a kind, such as `probes`, under a key; nil where nothing can be.
  init?(remembering kind: String, _ key: [String]) {
    guard let folder = CacheFolder.path(kind) else { return nil }
    self.init(folder: folder, key: key.joined(separator: "\n"))
  }

  /// The binary, or nil when the file is absent, damaged or another key's.
  func read() -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    guard fseek(file, 0, SEEK_END) == 0 else { return nil }
    let size = ftell(file)
    let prefix = 24 + key.count
    guard size > prefix, fseek(file, 0, SEEK_SET) == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard fread(&bytes, 1, size, file) == size else { return nil }
    let binary = Array(bytes[prefix...])
    guard word(bytes, 0) == Self.magic, word(bytes, 8) == Self.checksum(binary),
      word(bytes, 16) == UInt64(key.count), bytes[24..<prefix].elementsEqual(key)
    else { return nil }
    return binary
  }

  /// Writes the file whole or not at all; a cache that cannot be written is no error.
  func write(_ binary: [UInt8]) {
    makeFolder()
    let temporary = path + ".\(getpid()).tmp"
    guard let file = fopen(temporary, "wb") else { return }
    var header = [Self.magic, Self.checksum(binary), UInt64(key.count)]
    let isWritten =
      fwrite(&header, 8, 3, file) == 3 && fwrite(key, 1, key.count, file) == key.count
      && fwrite(binary, 1, binary.count, file) == binary.count
    let isClosed = fclose(file) == 0
    if !isWritten || !isClosed || rename(temporary, path) != 0 { unlink(temporary) }
  }

  /// Whether there is a file, which may be damaged.
  var exists: Bool { access(path, R_OK) == 0 }

  /// Waits until nobody else makes this entry.
  func turn() -> CacheTurn {
    makeFolder()
    return CacheTurn(path + ".turn")
  }

  /// The right to make this entry; nil while somebody else has it.
  func freeTurn() -> CacheTurn? {
    makeFolder()
    return CacheTurn(ifFree: path + ".turn")
  }

  private func makeFolder() {
    var path = ""
    for part in folder.split(separator: "/") {
      path += "/" + part
      mkdir(path, 0o755)
    }
  }

  private func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
  }

  /// FNV-1a, 64 bits.
  private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
