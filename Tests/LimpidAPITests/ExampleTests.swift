import Foundation
import Limpid
import Testing

/// What the documentation shows is what is compiled here, and it runs.
@Suite struct ExampleTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// What stands between fences of Swift.
  private static func examples(in path: String) throws -> [String] {
    try text(path).components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  @Test func theDocumentationShowsThisFile() throws {
    let compiled = try Self.text("Tests/LimpidAPITests/Example.swift")
    #expect(
      try Self.examples(in: "Sources/Limpid/Limpid.docc/RestoringPictures.md") == [compiled])
    for example in try Self.examples(in: "README.md") { #expect(compiled.hasPrefix(example)) }
  }

  @Test func aPhotoIsRestored() async throws {
    let folder = try Folder()
    let noisy = Picture.noisy(40, 24)
    try await noisy.write(to: folder.file("noisy.png"))
    try await restore(folder.file("noisy.png"), into: folder.file("out/clean.png"))
    let clean = try await Picture(contentsOf: folder.file("out/clean.png"))
    #expect(clean.width == 40 && clean.height == 24)
    #expect(clean.roughness < 0.75 * noisy.roughness)
  }

  @Test func aPictureIsRestoredInTiles() async throws {
    var lines: [String] = []
    let picture = try await restore(.noisy(80, 24), on: .reference) { lines.append($0) }
    #expect(picture.width == 80)
    #expect(lines.last == "100 % done on reference", "\(lines)")
  }
}
