import Foundation
import Networks
import Paths
import SystemFixtures
import Testing

@testable import Models
@testable import Pictures

/// What a person chooses for a bundle's restorer after the bundle was made.
@Suite struct BundleChoiceTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("limpid-choices-\(UUID().uuidString)")

  private func choose(_ text: String, in bundle: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: bundle + "/choices.json"))
  }

  /// They count after the restorer's configuration, and make another model of it, not other
  /// weights.
  @Test func countAfterTheConfiguration() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let bundle = try LMDIRFixture.writeBundles(
      to: folder, configuration: #"{"lra_softmax": "pixels", "content_scale": 0.5}"#)
    func reading() throws -> LMDIR.Reading? {
      (try Model(Path(bundle)).architecture as? LMDIR)?.configuration.reading
    }
    let before = try Model(Path(bundle)).digest
    #expect(try reading()?.localSoftmax == .pixels)
    try choose(#"{"lra_softmax": "channels", "scale_plus_one": true}"#, in: bundle)
    let chosen = try #require(try reading())
    #expect(chosen.localSoftmax == .channels && chosen.contentScale == 0.5)
    #expect(chosen.scalesAroundOne)
    let after = try Model(Path(bundle)).digest
    #expect(before != nil && after != nil && before != after)
    #expect(try ModelBundle(Path(bundle)).problems().isEmpty)
  }

  /// What tensors tell is no choice.
  @Test(arguments: [
    (#"{"keeps_norms": false}"#, "keeps_norms"), (#"{"width": 3}"#, "width"),
    ("[]", "choices.json"),
  ])
  func refusesOthers(_ text: String, _ says: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let bundle = try LMDIRFixture.writeBundles(to: folder)
    try choose(text, in: bundle)
    let error = #expect(throws: LimpidError.self) { try Model(Path(bundle)) }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }
}
