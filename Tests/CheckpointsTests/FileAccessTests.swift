import Checkpoints
import Glibc
import Tensors
import Testing

@Suite struct FileAccessTests {
  private let content: [UInt8] = Array(1...50)

  /// Reads bytes 10..<50 of `content` by a read that is given its index among the calls.
  private func readAll(
    _ read: (Int, UnsafeMutableRawBufferPointer, Int) -> (count: Int, code: Int32)
  ) -> Result<[UInt8], SafetensorsError> {
    var bytes = [UInt8](repeating: 0, count: 40)
    var call = 0
    let result = bytes.withUnsafeMutableBytes { destination in
      Result { () throws(SafetensorsError) in
        try readFully(at: 10, into: destination) { memory, offset in
          defer { call += 1 }
          return read(call, memory, offset)
        }
      }
    }
    return result.map { bytes }
  }

  private func copy(_ count: Int, _ memory: UnsafeMutableRawBufferPointer, _ offset: Int) -> Int {
    let part = content[offset..<offset + min(count, memory.count)]
    memory.copyBytes(from: part)
    return part.count
  }

  @Test func goesOnAfterShortAndInterruptedReads() {
    let result = readAll { call, memory, offset in
      call % 2 == 0 ? (-1, EINTR) : (copy(call, memory, offset), EINTR)
    }
    #expect(result == .success(Array(content[10...])))
  }

  @Test func reportsAFailedRead() {
    let result = readAll { call, memory, offset in
      call == 2 ? (-1, EIO) : (copy(7, memory, offset), 0)
    }
    #expect(result == .failure(.system(call: "pread", code: EIO)))
  }

  @Test func reportsTheEndOfAShrunkFile() {
    let result = readAll { call, memory, offset in
      (call == 2 ? 0 : copy(7, memory, offset), 0)
    }
    #expect(result == .failure(.shrank(reading: 24..<50)))
  }

  @Test func reportsAFileThatShrinksBehindIt() throws {
    try withFolder { folder in
      let path = folder.appending("a")
      let tensor = HostTensor([1000], [Float](repeating: 3, count: 1000))
      try Safetensors.write([("a", tensor)], to: path)
      let file = try SafetensorsFile(path: path)
      #expect(truncate(path.cString, 2000) == 0)
      #expect {
        try file.tensor(named: "a")
      } throws: { error in
        guard case .shrank? = error as? SafetensorsError else { return false }
        return true
      }
    }
  }

  @Test func readsAfterTheFileIsRemoved() throws {
    try withFolder { folder in
      try Safetensors.write([("a", HostTensor([2], [1, 2]))], to: folder.appending("a"))
      let file = try SafetensorsFile(path: folder.appending("a"))
      unlink((folder.appending("a")).cString)
      let tensor = try file.tensor(named: "a")
      #expect(tensor.floats == [1, 2])
      let address = tensor.withBytes { UInt(bitPattern: $0.baseAddress) }
      #expect(address % UInt(TensorStorage.alignment) == 0)
    }
  }

  @Test func refusesWhatIsNoFile() throws {
    try withFolder { folder in
      #expect(throws: SafetensorsError.notRegularFile) { try SafetensorsFile(path: folder) }
      #expect(throws: SafetensorsError.system(call: "open", code: ENOENT)) {
        try SafetensorsFile(path: folder.appending("absent"))
      }
      #expect(throws: SafetensorsError.notRegularFile) { try SafetensorsFile(path: "/dev/zero") }
      let pipe = folder.appending("pipe")
      #expect(mkfifo(pipe.cString, 0o600) == 0)
      #expect(throws: SafetensorsError.notRegularFile) { try SafetensorsFile(path: pipe) }
    }
  }

  /// A sparse file may truthfully hold more than there is memory: here 2^50 bytes, more than
  /// there are addresses. Only tmpfs makes files of that size.
  @Test(.enabled(if: access("/dev/shm", W_OK) == 0))
  func refusesATensorThatDoesNotFitMemory() throws {
    try withFolder(in: "/dev/shm") { folder in
      let (path, size) = (folder.appending("a"), 1 << 50)
      let bytes = fileBytes(Array("{\(member("a", "U8", "\(size)", 0, size))}".utf8))
      try writeBytes(bytes, to: path)
      try #require(truncate(path.cString, bytes.count + size) == 0)
      let file = try SafetensorsFile(path: path)
      #expect(throws: SafetensorsError.outOfMemory(bytes: size)) { try file.bytes(named: "a") }
    }
  }
}
