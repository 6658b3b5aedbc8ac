import Foundation
import OpenCL
import Testing

@testable import OpenCLExecutor

/// Processes that build programs for this one, on the first CPU device.
@Suite struct SharedBuildTests {
  /// Small programs that differ in a number.
  private static let sources = (0..<8).map {
    ProgramSource(file: "portable/clear", definitions: ["#define NUMBER \($0)"])
  }

  /// `limpid`, beside the test bundle.
  private static let limpid = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("limpid").path

  private let folder = NSTemporaryDirectory() + "limpid-builds-" + UUID().uuidString

  /// What the other process has built is there for this one, and for whoever comes later.
  @Test func anotherProcessBuilds() throws {
    defer { remove() }
    let cache = try cache()
    let build = SharedBuild(
      Self.sources, cache, processes: 2, aids: BuildAids(executable: Self.limpid))
    try wait { entries.count == Self.sources.count && turns.isEmpty }
    build.end()
    let written = try dates()
    for source in Self.sources { _ = try cache.program(source.text) }
    #expect(try dates() == written)
    let later = SharedBuild(Self.sources, try self.cache(), processes: 2, aids: BuildAids())
    #expect(later.missingCount == 0)
  }

  /// Wherever it ends, the rest is built without it.
  @Test func aProcessThatDiesLosesNothing() throws {
    defer { remove() }
    let cache = try cache()
    let build = SharedBuild(
      Self.sources, cache, processes: 2, aids: BuildAids(executable: Self.limpid))
    try wait { !names.isEmpty }
    build.end()
    try build.run()
    #expect(entries.count == Self.sources.count)
    for source in Self.sources { _ = try Kernel(try cache.program(source.text), "clear") }
  }

  /// Nor does one that never begins.
  @Test(arguments: ["/bin/false", "/nowhere/limpid"])
  func noProcessIsNeeded(_ executable: String) throws {
    defer { remove() }
    let build = SharedBuild(
      Array(Self.sources.prefix(4)), try cache(), processes: 2,
      aids: BuildAids(executable: executable))
    try build.run()
    build.end()
    #expect(entries.count == 4)
  }

  /// A few programs are built at once here, with nobody started for them.
  @Test func fewAreNotShared() throws {
    defer { remove() }
    let build = SharedBuild(
      Array(Self.sources.prefix(3)), try cache(), processes: 16,
      aids: BuildAids(executable: Self.limpid))
    #expect(build.helperCount == 0)
    #expect(build.missingCount == 3)
  }

  private func cache() throws -> ProgramCache {
    let device = try #require(try Device.all().first(where: \.isCPU))
    return ProgramCache(try Context(device), folder: folder)
  }

  private var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private var entries: [String] { names.filter { !$0.contains(".") } }
  private var turns: [String] { names.filter { $0.hasSuffix(".turn") } }

  private func dates() throws -> [Date] {
    try entries.sorted().map {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + $0)
      return try #require(attributes[.modificationDate] as? Date)
    }
  }

  private func wait(until isSo: () -> Bool) throws {
    for _ in 0..<60_000 where !isSo() { usleep(1000) }
    try #require(isSo(), "nothing was built in a minute")
  }

  private func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
