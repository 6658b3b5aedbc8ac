import Foundation
import Testing

/// `report` as a person runs it, on one op at a small size.
@Suite struct MachineReportTests {
  @Test func aReportIsMadeReadAndCompared() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      [
        "report", "-g", "cpu", "--quick", "--only", "gelu", "--size", "16x16", "-o", "report.html",
        "-o", "report.json",
      ], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    try Self.tellsOfTheDevice(folder)
    try Self.tellsNothingPrivate(folder)
    try Self.isReadBack(folder)
    try Self.isCompared(folder)
    try Self.refusesWhatMakesNoSense(folder)
  }

  private static func text(_ name: String, in folder: TemporaryFolder) throws -> String {
    String(decoding: try folder.bytes(name), as: UTF8.self)
  }

  /// The page and the document have the device, its limits, its parity and its speed.
  private static func tellsOfTheDevice(_ folder: TemporaryFolder) throws {
    let document = try JSONSerialization.jsonObject(with: Data(folder.bytes("report.json")))
    let report = try #require(document as? [String: Any])
    let device = try #require((report["devices"] as? [[String: Any]])?.first)
    let parity = try #require((device["parity"] as? [[String: Any]])?.first)
    #expect((parity["failures"] as? [Any])?.isEmpty == true)
    #expect((parity["topics"] as? [Any])?.isEmpty == false)
    #expect((device["ops"] as? [[String: Any]])?.count == 1)
    let page = try text("report.html", in: folder)
    for id in ["facts-0", "limits-0", "parity-0", "roofline-0", "versions"] {
      #expect(page.contains("id=\"\(id)\""), "\(id)")
    }
    #expect(page.contains("gelu, 48, 16x16, batch 1, f32"))
  }

  private static func tellsNothingPrivate(_ folder: TemporaryFolder) throws {
    let names = [
      folder.url.path, NSHomeDirectory(), NSUserName(), ProcessInfo.processInfo.hostName, "/tmp/",
      Command.path.deletingLastPathComponent().path,
    ]
    for file in ["report.html", "report.json"] {
      let text = try text(file, in: folder)
      for name in names where name.count > 4 { #expect(!text.contains(name), "\(name)") }
    }
  }

  /// A document makes the same page again, and is printed as it is.
  private static func isReadBack(_ folder: TemporaryFolder) throws {
    let again = try Command.run(
      ["report", "report.json", "-o", "again.html", "--json"], in: folder)
    #expect(again.code == 0, "\(again.errors)")
    #expect(try folder.bytes("again.html") == folder.bytes("report.html"))
    #expect(try again.output == text("report.json", in: folder))
  }

  private static func isCompared(_ folder: TemporaryFolder) throws {
    let same = try Command.run(["report", "report.json", "report.json"], in: folder)
    #expect(same.code == 0, "\(same.errors)")
    let line = try #require(same.output.split(separator: "\n").first { $0.contains("| gelu") })
    #expect(line.contains("| 1.0 (within the intervals) |"), "\(line)")
    let rows = try Command.run(["report", "report.json", "report.json", "--json"], in: folder)
    let found = try #require(try rows.json()["rows"] as? [[String: Any]])
    #expect(!found.isEmpty && found.allSatisfy { $0["ratio"] as? Double == 1 })
  }

  private static func refusesWhatMakesNoSense(_ folder: TemporaryFolder) throws {
    try folder.write(Array("{}".utf8), "none.json")
    let refusals: [(arguments: [String], code: Int32)] = [
      (["report.json", "report.json", "report.json"], 64), (["none.json", "--json"], 65),
      (["missing.json", "--json"], 66), (["report.json", "-o", "report.html"], 73),
      (["report.json", "none.json", "-o", "x"], 64), (["-g", "reference", "--json"], 64),
    ]
    for (arguments, code) in refusals {
      let outcome = try Command.run(["report"] + arguments, in: folder)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
    }
  }
}
