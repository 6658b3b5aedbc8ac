import Diagnostics
import Execution
import Foundation
import Images
import Models
import Paths
import Pictures
import Restoration
import SystemFixtures
import Testing

/// A golden sample that texts and a reference belong to: a tiny LMDIR's.
@Suite struct GoldenSidecarTests {
  /// A bundle that goes away with its test; all of its files are listed.
  final class Sample {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private(set) var path = ""

    init() throws {
      path = try LMDIRFixture.writeBundles(to: folder)
      let fixture = try LMDIRFixture()
      let golden = folder.appendingPathComponent("lmdir/golden")
      try FileManager.default.createDirectory(at: golden, withIntermediateDirectories: true)
      for (name, part) in [("input", "picture"), ("clean", "reference")] {
        let picture = try fixture.picture(part)
        let image = Image(
          width: picture.width, height: picture.height, channels: .rgb, samples: picture.planes,
          depth: .sixteen)
        let bytes = try image.encoded(as: EncodingOptions(format: .png)).bytes
        try Data(bytes).write(to: golden.appendingPathComponent(name + ".png"))
      }
      let texts = ["degradation": "rain!", "content": "a photo", "reference_image": "clean.png"]
      try JSONSerialization.data(withJSONObject: texts)
        .write(to: golden.appendingPathComponent("input.json"))
      _ = try Restorer(try Model(Path(path)), on: try Engine(.reference)).restoreFile(
        at: Path(path + "/golden/input.png"), to: Path(path + "/golden/expected.png"))
      try describe()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// - Parameter absent: a file that the description does not name, and that lies there.
    func describe(without absent: String? = nil) throws {
      let description = URL(fileURLWithPath: path + "/bundle.json")
      var members = try #require(
        JSONSerialization.jsonObject(with: try Data(contentsOf: description)) as? [String: Any])
      members["golden"] = [
        "input": "golden/input.png", "expected": "golden/expected.png", "tolerance": 2e-4,
      ]
      try FileManager.default.removeItem(at: description)
      let kept = try absent.map { try Data(contentsOf: URL(fileURLWithPath: path + "/" + $0)) }
      if let absent { try FileManager.default.removeItem(atPath: path + "/" + absent) }
      try LMDIRFixture.describe(path, members)
      if let absent { try kept?.write(to: URL(fileURLWithPath: path + "/" + absent)) }
    }

    func golden() throws -> GoldenSample {
      try GoldenSample(try ModelBundle(Path(path)), on: try Engine(.reference))
    }
  }

  @Test func whatTheBundleNamesCounts() throws {
    let sample = try Sample()
    #expect(try ModelBundle(Path(sample.path)).problems().isEmpty)
    #expect(try sample.golden().passed)
  }

  /// What somebody laid beside the picture is not there.
  @Test(arguments: [
    ("golden/input.json", "no degradation text"), ("golden/clean.png", "nobody vouches for"),
  ])
  func whatItDoesNotNameIsNotThere(_ file: String, _ says: String) throws {
    let sample = try Sample()
    try sample.describe(without: file)
    #expect(try ModelBundle(Path(sample.path)).problems().isEmpty)
    let error = #expect(throws: LimpidError.self) { try sample.golden() }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }
}
