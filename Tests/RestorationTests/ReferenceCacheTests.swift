import Checkpoints
import Foundation
import Paths
import Pictures
import Restoration
import SystemFixtures
import Testing

/// Painted references that are kept, and reference images at the size of what they guide.
@Suite struct ReferenceCacheTests {
  private static func picture(_ width: Int, _ height: Int) -> Picture {
    Picture(
      width: width, height: height,
      planes: (0..<3 * width * height).map { Float($0 * 7919 % 1009) / 1008 })
  }

  @Test func aPictureIsPaintedOnce() throws {
    let files = try GuideSourceTests.Files()
    let cache = ReferenceCache(folder: files.at("new/cache"))
    let causes = [Setting("prompt", "a"), Setting("seed", 7)]
    var painted = 0
    func paint() -> Picture {
      painted += 1
      return Self.picture(9, 7)
    }
    let first = try cache.picture(of: causes, painting: paint)
    let second = try cache.picture(of: causes, painting: paint)
    #expect(painted == 1 && first.warning == nil)
    #expect(first.picture == second.picture)
    let difference = zip(first.picture.planes, paint().planes).map { abs($0 - $1) }.max() ?? 1
    #expect(difference < 1e-5)
    _ = try cache.picture(of: [causes[0], Setting("seed", 8)], painting: paint)
    #expect(painted == 3)
    // Without a cache the same bits.
    let alone = try ReferenceCache(folder: nil).picture(of: causes, painting: paint)
    #expect(alone.picture == first.picture && painted == 4)
  }

  @Test func damagedFilesArePaintedAgain() throws {
    let files = try GuideSourceTests.Files()
    let cache = ReferenceCache(folder: Path(files.root))
    let first = try cache.picture(of: []) { Self.picture(9, 7) }
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: files.root).first { $0.hasSuffix(".png") })
    for damage in [[], [1, 2, 3]] as [[UInt8]] {
      try files.write(damage, name)
      let again = try cache.picture(of: []) { Self.picture(9, 7) }
      #expect(again.picture == first.picture)
      let kept = try cache.picture(of: []) { throw LimpidError(.failed, "painted") }
      #expect(kept.picture == first.picture)
    }
  }

  @Test func aCacheThatCannotBeWrittenIsAWarning() throws {
    let files = try GuideSourceTests.Files(["file": ""])
    let made = try ReferenceCache(folder: files.at("file/below")).picture(of: []) {
      Self.picture(2, 2)
    }
    #expect(made.picture.width == 2 && made.warning?.contains("not kept") == true)
  }

  /// As `fitted` in tools/fixtures/references.py.
  @Test func fitsLikePyTorch() throws {
    let file = try SafetensorsFile(path: Path(Fixtures.path("references.safetensors")))
    let source = Picture(try file.tensor(named: "source"))
    #expect(source.fitted(width: source.width, height: source.height) == source)
    let bicubic = file.entries.filter { $0.name != "source" && !$0.name.hasPrefix("lanczos.") }
    #expect(!bicubic.isEmpty)
    for entry in bicubic {
      let expected = Picture(try file.tensor(named: entry.name))
      let fitted = source.fitted(width: expected.width, height: expected.height)
      let error = zip(fitted.planes, expected.planes).map { abs($0 - $1) }.max() ?? 1
      #expect(fitted.planes.count == expected.planes.count && error < 1e-5, "\(entry.name)")
    }
  }
}
