import Foundation
import OpenCL
import Synchronization
import Testing

@testable import OpenCLExecutor

/// The cache on disk, on the first OpenCL device.
@Suite struct ProgramCacheTests {
  private static let source = "__kernel void fill(__global int *y) { y[get_global_id(0)] = 7; }"

  @Test func entriesComeBackWhole() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let entry = CacheEntry(folder: folder + "/a/b", key: "key")
    #expect(entry.read() == nil)
    entry.write([1, 2, 3])
    #expect(entry.read() == [1, 2, 3])
    #expect(CacheEntry(folder: folder + "/a/b", key: "other").read() == nil)
  }

  /// A file cut at any length or with any byte changed is not read.
  @Test func damagedEntriesAreIgnored() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let entry = CacheEntry(folder: folder, key: "key")
    entry.write([1, 2, 3])
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let path = folder + "/" + name
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(entry.read() == nil)
    }
    for index in 0..<whole.count {
      var damaged = whole
      damaged[index] ^= 1
      try damaged.write(to: URL(fileURLWithPath: path))
      #expect(entry.read() == nil, "byte \(index)")
    }
  }

  /// Whoever comes second finds what the first one made.
  @Test func entriesAreMadeByOneAtATime() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let entry = CacheEntry(folder: folder, key: "key")
    let first = entry.turn()
    let found = Mutex<[UInt8]?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    let second = Thread {
      let turn = entry.turn()
      found.withLock { $0 = entry.read() }
      turn.end()
      isDone.signal()
    }
    second.start()
    #expect(isDone.wait(timeout: .now() + 0.1) == .timedOut)
    entry.write([1, 2, 3])
    first.end()
    isDone.wait()
    #expect(found.withLock { $0 } == [1, 2, 3])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
  }

  /// An entry that the runtime refuses, or that is damaged, is built from source.
  @Test func badBinariesFallBackToSource() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let context = try Context(try #require(try Device.all().first))
    try expectSeven(ProgramCache(context, folder: folder), context)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try Data([0, 1, 2]).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try expectSeven(ProgramCache(context, folder: folder), context)
    try expectSeven(ProgramCache(context, folder: folder), context)
  }

  @Test func buildErrorsCarryTheLog() throws {
    let context = try Context(try #require(try Device.all().first))
    let cache = ProgramCache(context, folder: nil)
    let error = #expect(throws: OpenCLError.self) {
      try cache.program("__kernel void broken(__global int *y) { undeclared_name = 1; }")
    }
    #expect(error?.call == "clBuildProgram")
    #expect(error?.log.contains("undeclared_name") == true)
  }

  private func expectSeven(_ cache: ProgramCache, _ context: Context) throws {
    let kernel = try Kernel(try cache.program(Self.source), "fill")
    let queue = try Queue(context)
    let buffer = try Buffer(context, byteCount: 16)
    try kernel.set(0, buffer)
    try queue.launch(kernel, global: [4], local: nil)
    var result = [Int32](repeating: 0, count: 4)
    try result.withUnsafeMutableBytes { try queue.read(buffer, into: $0) }
    #expect(result == [7, 7, 7, 7])
  }

  private func temporaryFolder() throws -> String {
    let path = NSTemporaryDirectory() + "limpid-cache-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
