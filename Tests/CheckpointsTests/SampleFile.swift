import Checkpoints
import Glibc
import Paths
import Tensors

/// The bytes of a file with this header and data, and a length field that may lie.
func fileBytes(_ header: [UInt8], _ data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  let length = length ?? UInt64(header.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header + data
}

/// A tensor's member of a header.
func member(
  _ name: String, _ type: String = "F32", _ shape: String = "1", _ begin: Int = 0, _ end: Int = 4
) -> String {
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
}

/// Opens a file that lies in memory.
func openBytes(_ bytes: [UInt8]) throws(SafetensorsError) -> SafetensorsFile {
  let storage = TensorStorage(byteCount: bytes.count) { memory in
    bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
  }
  return try SafetensorsFile(storage: storage)
}

/// The error that opening this file ends with; nil when it opens.
func refusal(of bytes: [UInt8]) -> SafetensorsError? {
  do throws(SafetensorsError) {
    _ = try openBytes(bytes)
    return nil
  } catch {
    return error
  }
}

/// Bytes written in hexadecimal; whitespace is skipped.
func bytes(hexadecimal text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}

/// Runs `body` with a new folder, which is removed afterwards with what lies directly in it.
func withFolder<Result>(
  in parent: String = "/tmp", _ body: (Path) throws -> Result
) throws -> Result {
  var template = Array("\(parent)/limpid-checkpoints-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else {
    throw SafetensorsError.system(call: "mkdtemp", code: errno)
  }
  let folder = Path(cString: template)
  defer {
    for name in names(in: folder) { unlink(folder.appending(Path(name)).cString) }
    rmdir(folder.cString)
  }
  return try body(folder)
}

/// The names in a folder, sorted.
func names(in folder: Path) -> [String] {
  guard let stream = opendir(folder.cString) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Writes a file as it is.
func writeBytes(_ bytes: [UInt8], to path: Path) throws {
  let descriptor = open(path.cString, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw SafetensorsError.system(call: "open", code: errno) }
  defer { close(descriptor) }
  guard write(descriptor, bytes, bytes.count) == bytes.count else {
    throw SafetensorsError.system(call: "write", code: errno)
  }
}

/// The bytes of a file.
func readBytes(_ path: Path) throws -> [UInt8] {
  let descriptor = open(path.cString, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SafetensorsError.system(call: "open", code: errno) }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 1 << 16)
  let count = read(descriptor, &bytes, bytes.count)
  return Array(bytes.prefix(max(count, 0)))
}
