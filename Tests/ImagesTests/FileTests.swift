import CodecShims
import Glibc
import Images
import Paths
import Testing

/// A directory that disappears with its value.
final class Scratch {
  let path: String

  init() {
    var template = Array("/tmp/limpid-images-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) }!
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// Everything in the directory but `.` and `..`, sorted.
  var names: [String] {
    var names: [String] = []
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(String(cString: $0)) }
      }
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  func callAsFunction(_ name: String) -> Path { "\(path)/\(name)" }
}

/// The kind of file fault that `body` ends with; nil when it succeeds.
private func kind(of body: () throws -> Void) -> FileFault.Kind? {
  do {
    try body()
    return nil
  } catch ImageError.file(let fault) {
    return fault.kind
  } catch {
    return nil
  }
}

@Suite struct FileTests {
  @Test func writesAndReadsBack() throws {
    let scratch = Scratch()
    let image = noise(12, 8, .rgb)
    try OutputFile(scratch("a.png")).write(try encode(image, .png))
    #expect(scratch.names == ["a.png"])
    #expect(try Image.read(scratch("a.png")).samples == image.samples)
  }

  @Test func neverOverwritesUnasked() throws {
    let scratch = Scratch()
    let early = try OutputFile(scratch("a.png"))
    try OutputFile(scratch("a.png")).write([1, 2, 3])
    #expect(kind { _ = try OutputFile(scratch("a.png")) } == .exists)
    #expect(kind { try early.write([9]) } == .exists)
    #expect(try InputFile.read(scratch("a.png"), limit: 10) == [1, 2, 3])
    try OutputFile(scratch("a.png"), overwrite: true).write([4])
    #expect(try InputFile.read(scratch("a.png"), limit: 10) == [4])
    #expect(scratch.names == ["a.png"])
  }

  @Test func renamingIsExclusive() throws {
    let scratch = Scratch()
    try OutputFile(scratch("a")).write([1])
    try OutputFile(scratch("b")).write([2])
    #expect(limpid_rename_exclusively(scratch("a").cString, scratch("b").cString) == EEXIST)
    #expect(try InputFile.read(scratch("b"), limit: 1) == [2])
    #expect(limpid_rename_exclusively(scratch("a").cString, scratch("c").cString) == 0)
    #expect(scratch.names == ["b", "c"])
  }

  @Test func racingWritersLeaveOneWholeFile() async throws {
    let scratch = Scratch()
    let path = scratch("a.png")
    let outcomes = await withTaskGroup { group in
      for writer: UInt8 in 0..<16 {
        group.addTask {
          kind { try OutputFile(path).write([UInt8](repeating: writer, count: 100_000)) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .exists } == 15)
    #expect(scratch.names == ["a.png"])
    let bytes = try InputFile.read(path, limit: 1 << 20)
    #expect(bytes.count == 100_000 && Set(bytes).count == 1)
  }

  @Test func neverReplacesItsInput() throws {
    let scratch = Scratch()
    try OutputFile(scratch("in.png")).write([1])
    link(scratch("in.png").cString, scratch("hard.png").cString)
    symlink("in.png", scratch("soft.png").cString)
    for name in ["in.png", "hard.png", "soft.png", "./in.png"] {
      let refused = kind {
        let inputs = [scratch("in.png")]
        _ = try OutputFile(scratch(name), overwrite: true, protecting: inputs)
      }
      #expect(refused == .sameFile, "\(name)")
    }
    try OutputFile(scratch("out.png"), protecting: [scratch("in.png")]).write([2])
    #expect(try InputFile.read(scratch("in.png"), limit: 1) == [1])
  }

  @Test func aNameLeftByACrashDoesNotStopTheNextWrite() throws {
    let scratch = Scratch()
    let stale = ".a.png.\(getpid()).tmp"
    try OutputFile(scratch(stale)).write([0])
    try OutputFile(scratch("a.png")).write([1])
    #expect(scratch.names == [stale, "a.png"])
  }

  @Test func failuresLeaveNothingBehind() throws {
    let scratch = Scratch()
    #expect(kind { _ = try OutputFile(scratch("none/a.png")) } == .cannotCreate)
    #expect(kind { _ = try OutputFile(scratch("")) } == .cannotCreate)
    mkdir(scratch("folder").cString, 0o777)
    defer { rmdir(scratch("folder").cString) }
    #expect(kind { _ = try OutputFile(scratch("folder"), overwrite: true) } == .exists)
    let long = String(repeating: "n", count: 300)
    let output = try OutputFile(scratch(long))
    #expect(kind { try output.write([1]) } == .cannotCreate)
    #expect(scratch.names == ["folder"])
  }

  @Test func aFullDiskIsReported() {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    #expect(OutputFile.writeAll([1, 2, 3], to: descriptor) == ENOSPC)
  }

  @Test func longNamesFit() throws {
    let scratch = Scratch()
    let name = String(repeating: "ü", count: 125) + ".png"
    try OutputFile(scratch(name)).write([1])
    #expect(scratch.names == [name])
  }

  @Test func createsMissingDirectories() throws {
    let scratch = Scratch()
    try OutputFile.createDirectory(of: scratch("x/y/a.png"))
    try OutputFile(scratch("x/y/a.png")).write([1])
    unlink(scratch("x/y/a.png").cString)
    rmdir(scratch("x/y").cString)
    rmdir(scratch("x").cString)
  }

  @Test func inputsThatAreNoFilesAreNamed() throws {
    let scratch = Scratch()
    mkfifo(scratch("pipe").cString, 0o600)
    #expect(kind { _ = try Image.read(scratch("none.png")) } == .missing)
    #expect(kind { _ = try Image.read(Path(scratch.path)) } == .unusable)
    #expect(kind { _ = try Image.read(scratch("pipe")) } == .unusable)
    #expect(kind { _ = try Image.read("/dev/null") } == .unusable)
    try OutputFile(scratch("text.png")).write(Array("not an image".utf8))
    #expect(throws: ImageError.unknownFormat("it looks like text")) {
      try Image.read(scratch("text.png"))
    }
    var limits = ImageLimits()
    limits.fileBytes = 3
    #expect(throws: ImageError.tooLarge("the file has 12 bytes, the limit is 3")) {
      try Image.read(scratch("text.png"), limits: limits)
    }
  }
}
