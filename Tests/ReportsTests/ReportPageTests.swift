import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct ReportPageTests {
  /// What an XML parser meets.
  private final class Outline: NSObject, XMLParserDelegate {
    var elements: [String: Int] = [:]
    var ids: Set<String> = []
    var references: Set<String> = []

    func parser(
      _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements[element, default: 0] += 1
      if let id = attributes["id"] { ids.insert(id) }
      let names = attributes["aria-labelledby"]?.split(separator: " ") ?? []
      references.formUnion(names.map(String.init))
    }
  }

  private static func page(_ report: MachineReport) -> String {
    String(decoding: ReportPage(report).bytes, as: UTF8.self)
  }

  private static func outline(_ page: String) throws -> Outline {
    let parser = XMLParser(data: Data(page.dropFirst("<!doctype html>".count).utf8))
    let outline = Outline()
    parser.delegate = outline
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return outline
  }

  /// Well formed, with a section for everything, and every name that is referred to.
  @Test func hasEverySection() throws {
    let outline = try Self.outline(Self.page(SampleReport.report()))
    for section in ["facts", "limits", "parity", "roofline", "networks", "first", "left"] {
      #expect(outline.ids.contains("\(section)-0"), "\(section)")
    }
    #expect(outline.ids.contains("versions"))
    #expect(outline.ids.isSuperset(of: outline.references))
  }

  /// Drawn workloads are those that compute; the tables have all.
  @Test func drawsWhatComputes() throws {
    let page = Self.page(SampleReport.report())
    #expect(page.components(separatedBy: "<g class=\"mark").count - 1 == 4)
    #expect(page.contains("<g class=\"mark network arithmetic\""))
    #expect(page.contains("<g class=\"mark op launch\""))
    #expect(page.contains("<td>transpose</td>"))
    #expect(page.contains("2 by arithmetic, 1 by launch, 1 by memory"))
    #expect(page.contains("f32 400 GFLOP/s") && page.contains("memory 20.0 GB/s"))
  }

  /// A device may be called anything.
  @Test func namesAreText() {
    let page = Self.page(SampleReport.report(name: "<script>alert(1)</script>"))
    #expect(!page.contains("<script") && page.contains("&lt;script&gt;"))
  }

  @Test func documentsAreReadBack() throws {
    let report = SampleReport.report()
    #expect(try MachineReport(json: Array(report.json.utf8)) == report)
    for text in ["", "{}", report.json.replacing("\"format\" : 1", with: "\"format\" : 2")] {
      #expect(throws: MachineReport.Unreadable.self) { try MachineReport(json: Array(text.utf8)) }
    }
  }

  @Test func comparisonsAreRatios() throws {
    let comparison = ReportComparison(SampleReport.report(), SampleReport.report(slowdown: 1.5))
    #expect(comparison.unmatched.isEmpty)
    for row in comparison.rows {
      let isSlower = row.name == "convolution 1x1"
      #expect(abs((row.ratio ?? 0) - (isSlower ? 1.5 : 1)) < 1e-9, "\(row)")
      if row.section == "ops" { #expect(row.isClear == isSlower) }
    }
    let sections = Set(comparison.rows.map(\.section))
    #expect(sections == ["limits", "ops", "networks", "first run", "parity"])
  }
}
