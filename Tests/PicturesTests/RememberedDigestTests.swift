import Foundation
import Paths
import Testing

@testable import Pictures

/// SHA-256 of large files, which is remembered until anything is done to them.
@Suite struct RememberedDigestTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("limpid-digests-\(UUID().uuidString)")

  private func write(_ text: String) throws -> Path {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("weights")
    try Data(text.utf8).write(to: file)
    return Path(file.path)
  }

  private var memory: URL { folder.appendingPathComponent("memory/digests") }

  private var entries: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: memory.path)) ?? []
  }

  @Test func isReadOnceUntilTheFileChanges() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try write("weights")
    let digests = RememberedDigests(in: Path(memory.path), patience: .zero)
    #expect(digests.digest(of: path) == Digest.ofFile(path))
    let entry = try #require(entries.first)
    #expect(entries.count == 1)
    // What is remembered is believed.
    let other = String(repeating: "5", count: 64)
    try Data(other.utf8).write(to: memory.appendingPathComponent(entry))
    #expect(digests.digest(of: path) == other)
    // The same bytes again are another revision.
    _ = try write("weights")
    #expect(digests.digest(of: path) == Digest.ofFile(path))
    #expect(entries.count == 2)
  }

  /// What may still be written, cannot be read or is damaged is not remembered.
  @Test func remembersWhatIsSettled() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try write("weights")
    let careful = RememberedDigests(in: Path(memory.path))
    #expect(careful.digest(of: path) == Digest.ofFile(path))
    #expect(entries.isEmpty)
    #expect(careful.digest(of: Path(folder.path + "/nothing")) == nil)
    let digests = RememberedDigests(in: Path(memory.path), patience: .zero)
    _ = digests.digest(of: path)
    try Data("half".utf8).write(to: memory.appendingPathComponent(try #require(entries.first)))
    #expect(digests.digest(of: path) == Digest.ofFile(path))
    #expect(RememberedDigests(in: nil).digest(of: path) == Digest.ofFile(path))
  }
}
