import Foundation
import Images
import Testing

/// `limpid compare`; what browsers make of its page is tools/check-page's business.
@Suite struct CompareTests {
  private struct Picture: Decodable {
    struct View: Decodable {
      let label: String
      let file: String
      let source: String
    }
    let name: String
    let views: [View]
  }

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["before", "after", "other"] {
      try folder.makeFolder(name)
      try folder.write(SampleFiles.image(), "\(name)/a.png")
      try folder.write(SampleFiles.image(), "\(name)/<!--script & b.tif")
    }
    return folder
  }

  /// What the page shows.
  private static func pictures(_ page: String) throws -> [Picture] {
    let start = try #require(page.range(of: #"<script type="application/json" id="pictures">"#))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let json = page[start.upperBound..<end.lowerBound]
    return try JSONDecoder().decode([Picture].self, from: Data(json.utf8))
  }

  private static func page(_ name: String, in folder: TemporaryFolder) throws -> String {
    String(decoding: try folder.bytes(name), as: UTF8.self)
  }

  @Test func filesAreInThePageAsTheyAre() throws {
    let folder = try Self.folder()
    let outcome = try Command.run(
      ["compare", "before/a.png", "after/a.png", "-o", "pages/page.html"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let pictures = try Self.pictures(Self.page("pages/page.html", in: folder))
    #expect(
      pictures.count == 1 && pictures[0].views.map(\.label) == ["before/a.png", "after/a.png"])
    let file = Data(try folder.bytes("before/a.png")).base64EncodedString()
    #expect(pictures[0].views[0].source == "data:image/png;base64,\(file)")
  }

  @Test func thePageAsksForNothing() throws {
    let folder = try Self.folder()
    let words = ["compare", "before", "after", "-o", "page.html", "--title", "<b>A & B</b>"]
    #expect(try Command.run(words, in: folder).code == 0)
    let page = try Self.page("page.html", in: folder)
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("{{"))
    #expect(page.contains("<title>&lt;b&gt;A &amp; B&lt;/b&gt;</title>"))
    #expect(page.contains("default-src 'none'"))
  }

  @Test func foldersAreComparedPictureByPicture() throws {
    let folder = try Self.folder()
    try folder.write(SampleFiles.image(), "before/alone.png")
    let outcome = try Command.run(
      ["compare", "before", "after", "other", "-o", "page.html"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("after: it holds nothing for alone.png"))
    let pictures = try Self.pictures(Self.page("page.html", in: folder))
    #expect(pictures.map(\.name) == ["<!--script & b.tif", "a.png"])
    #expect(pictures.allSatisfy { $0.views.map(\.label) == ["before", "after", "other"] })
    // Browsers do not show TIFF.
    #expect(pictures[0].views.allSatisfy { $0.file == "<!--script & b.png" })
    #expect(pictures[1].views.allSatisfy { $0.file == "a.png" })
    #expect(pictures[0].views.allSatisfy { $0.source.hasPrefix("data:image/png;base64,") })
  }

  @Test func pagesAreNotReplacedUnasked() throws {
    let folder = try Self.folder()
    let words = ["compare", "before", "after", "-o", "page.html"]
    #expect(try Command.run(words, in: folder).code == 0)
    #expect(try Command.run(words, in: folder).code == 73)
    #expect(try Command.run(words + ["--overwrite"], in: folder).code == 0)
    #expect(try Command.run(["compare", "before", "none", "-o", "x.html"], in: folder).code == 66)
    #expect(try Command.run(["compare", "before", "-o", "x.html"], in: folder).code == 64)
  }
}
