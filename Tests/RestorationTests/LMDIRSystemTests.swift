import Foundation
import Networks
import OpenCL
import Paths
import SystemFixtures
import Tensors
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

/// LMDIR's whole system against its restatement with diffusers and transformers, and what texts,
/// references and options mean.
@Suite(.serialized) struct LMDIRSystemTests {
  /// Bundles that the tests share; their folder goes with the process's temporary files.
  private static let bundle = Result {
    try LMDIRFixture.writeBundles(
      to: FileManager.default.temporaryDirectory
        .appendingPathComponent("limpid-lmdir-\(ProcessInfo.processInfo.processIdentifier)"))
  }

  private static func system(
    _ device: DeviceSelector = .auto, _ options: SystemOptions = LMDIRFixture.options()
  ) throws -> LMDIRSystem {
    try LMDIRSystem(try Model(Path(bundle.get())), on: try Engine(device), options)
  }

  private static func restore(
    _ subjects: [Subject], _ options: SystemOptions = LMDIRFixture.options()
  ) throws -> [RestoredPicture] {
    try system(.auto, options).restore(subjects) { _ in }
  }

  /// Two degradations after one another, with painted references and with a given one.
  @Test(arguments: ["painted", "given"], RestorerTests.devices)
  func agreesWithTheRestatement(_ name: String, on device: DeviceSelector) throws {
    let fixture = try LMDIRFixture()
    let reference = name == "given" ? try fixture.picture("reference") : nil
    let system = try Self.system(device, LMDIRFixture.options { $0.keepsSteps = true })
    let restored = try system.restore([try fixture.subject(reference: reference)]) { _ in }[0]
    #expect(restored.rounds.map(\.report.label) == LMDIRFixture.degradations)
    #expect(restored.seed == (name == "given" ? nil : LMDIRFixture.seed))
    for (number, round) in restored.rounds.enumerated() {
      let picture = try #require(round.picture)
      let comparison = Comparison(
        HostTensor([3, picture.height, picture.width], picture.planes),
        with: try fixture.expected.tensor(named: "\(name).\(number)"))
      #expect(comparison.psnr >= 60, "\(name) \(number) on \(device): \(comparison)")
    }
    #expect(restored.rounds.last?.picture == restored.picture)
  }

  /// References that are painted from texts do not turn, so ensembles want given ones; and painted
  /// ones are handed over where that is asked for.
  @Test func ensemblesWantGivenReferences() throws {
    let fixture = try LMDIRFixture()
    let options = LMDIRFixture.options { ($0.isEnsemble, $0.writesReferences) = (true, true) }
    let error = #expect(throws: LimpidError.self) {
      try Self.restore([try fixture.subject()], options)
    }
    #expect(error?.kind == .usage && error?.remedy == .giveReference)
    let plain = LMDIRFixture.options { $0.writesReferences = true }
    let kept = try Self.restore([try fixture.subject()], plain)[0].kept
    #expect(kept.map(\.name) == ["step_1_reference", "step_2_reference"])
  }

  /// Whatever is in the batch, and in any order: also beside pictures with another number of texts.
  @Test func picturesDoNotMatterToEachOther() throws {
    let fixture = try LMDIRFixture()
    let reference = try fixture.picture("reference")
    let subjects = [
      try fixture.subject(["rain"], seed: 1), try fixture.subject(seed: 2),
      try fixture.subject(["rain"], content: "a photo", seed: 1, reference: reference),
      try fixture.subject(["rain"], seed: 3),
    ]
    let together = try Self.restore(subjects).map(\.picture)
    #expect(Set(together).count == subjects.count)
    for (subject, picture) in zip(subjects, together) {
      #expect(try Self.restore([subject])[0].picture == picture)
    }
    #expect(try Self.restore(subjects.reversed()).map(\.picture) == together.reversed())
  }

  /// Each text moves the result, by the network alone as well as by the reference.
  @Test(arguments: [true, false])
  func textsCount(_ isGiven: Bool) throws {
    let fixture = try LMDIRFixture()
    let reference = isGiven ? try fixture.picture("reference") : nil
    func restored(_ degradations: [String], _ content: String) throws -> Picture {
      let subject = try fixture.subject(degradations, content: content, reference: reference)
      return try Self.restore([subject])[0].picture
    }
    let plain = try restored(["rain"], "a photo")
    #expect(try restored(["rain"], "a photo") == plain)
    let others = [
      try restored(["noise"], "a photo"), try restored(["rain"], "an astronaut"),
      try restored(["rain", "noise"], "a photo"), try restored(["noise", "rain"], "a photo"),
      try restored([""], "a photo"),
    ]
    #expect(Set(others + [plain]).count == 6)
    for other in others {
      let difference = zip(other.planes, plain.planes).map { abs($0 - $1) }.max() ?? 0
      #expect(difference > 1e-4)
    }
  }

  /// A reference is painted once; a kept one gives the bits of a painted one.
  @Test func referencesAreKept() throws {
    let files = try GuideSourceTests.Files()
    let fixture = try LMDIRFixture()
    let subject = try fixture.subject()
    let options = LMDIRFixture.options {
      ($0.keepsReferences, $0.referenceFolder) = (true, files.at("cache"))
    }
    func restored(_ options: SystemOptions, _ subject: Subject) throws -> (Picture, painted: Int) {
      var painted = 0
      let result = try Self.system(.auto, options).restore([subject]) { event in
        if case .step("painting", let number, let count, _) = event, number == count {
          painted += 1
        }
      }
      return (result[0].picture, painted)
    }
    let (first, painted) = try restored(options, subject)
    #expect(painted == 2)
    let (second, again) = try restored(options, subject)
    #expect(again == 0 && second == first)
    #expect(try restored(LMDIRFixture.options(), subject).0 == first)
    let variants: [(inout SystemOptions) -> Void] = [
      { $0.steps = 2 }, { $0.random = .philox },
      { $0.guidanceScale = 3 }, { $0.referenceSide = 24 },
    ]
    for change in variants {
      var options = options
      change(&options)
      let (other, painted) = try restored(options, subject)
      #expect(painted == 2 && other != first)
    }
    #expect(try restored(options, try fixture.subject(seed: 5)).painted == 2)
    #expect(try restored(options, try fixture.subject(["haze"])).painted == 1)
  }

  /// Tiles see the part of the reference that lies where they lie: a change at its right end
  /// changes the right end of the picture and not the left; without tiles it changes both.
  @Test func tilesSeeTheirPartOfTheReference() throws {
    let fixture = try LMDIRFixture()
    let (width, columns) = (57, 8)
    let reference = try fixture.picture("reference").fitted(width: width, height: 43)
    let changed = Picture(
      width: width, height: 43,
      planes: reference.planes.enumerated().map { index, value in
        index % width < width - columns ? value : 1 - value
      })
    func ends(_ options: SystemOptions, _ reference: Picture) throws -> (
      left: [Float], right: [Float]
    ) {
      let restored = try Self.restore(
        [try fixture.subject(["rain"], reference: reference)], options)
      let planes = restored[0].picture.planes.enumerated()
      return (
        planes.filter { $0.offset % width < columns }.map(\.element),
        planes.filter { $0.offset % width >= width - columns }.map(\.element)
      )
    }
    let tiles = LMDIRFixture.options {
      $0.tiling = .size(width: 32, height: 32)
      $0.overlap = 8
    }
    let (tiled, tiledAfter) = (try ends(tiles, reference), try ends(tiles, changed))
    #expect(tiled.left == tiledAfter.left && tiled.right != tiledAfter.right)
    let whole = LMDIRFixture.options()
    let (before, after) = (try ends(whole, reference), try ends(whole, changed))
    #expect(before.left != after.left && before.right != after.right)
  }

  @Test func tellsStepsTurnsAndShares() throws {
    let fixture = try LMDIRFixture()
    let subjects = [try fixture.subject(), try fixture.subject(["rain"], seed: 5)]
    var (shares, told): ([Double], [String]) = ([], [])
    _ = try Self.system().restore(subjects) { event in
      shares.append(event.share)
      switch event {
      case .step(let stage, 3, 3, _): told.append(stage)
      case .round(let round, let index, _): told.append("\(index): \(round.number) \(round.label)")
      default: break
      }
    }
    #expect(shares == shares.sorted() && shares.last == 1)
    #expect(
      told == [
        "painting", "painting", "0: 1 a photo of noise", "painting", "0: 2 rain!",
      ])
    let error = #expect(throws: LimpidError.self) {
      try Self.system().restore(subjects) { _ in throw LimpidError(.interrupted, "stop") }
    }
    #expect(error?.kind == .interrupted)
  }

  /// Without its painter the system restores what it is shown a reference for.
  @Test func aPartThatIsMissingIsNamed() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-lmdir-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try LMDIRFixture.writeBundles(to: folder)
    try FileManager.default.removeItem(atPath: folder.path + "/sdxl/unet/config.json")
    let error = #expect(throws: LimpidError.self) {
      try LMDIRSystem(try Model(Path(path)), on: try Engine(.reference), LMDIRFixture.options())
    }
    #expect(error?.kind == .badData || error?.kind == .noInput)
    #expect(error?.description.contains("text_to_image: ") == true)
    #expect(error?.description.contains("unet/config.json") == true)
    let shown = LMDIRFixture.options { $0.referenceImage = "any" }
    let fixture = try LMDIRFixture()
    let subject = try fixture.subject(["rain"], reference: try fixture.picture("reference"))
    let system = try LMDIRSystem(try Model(Path(path)), on: try Engine(.reference), shown)
    #expect(try system.restore([subject]) { _ in }[0].picture.width == 57)
    try FileManager.default.removeItem(atPath: folder.path + "/sdxl/tokenizer/merges.txt")
    let other = #expect(throws: LimpidError.self) {
      try LMDIRSystem(try Model(Path(path)), on: try Engine(.reference), shown)
    }
    #expect(other?.description.contains("tokenizer: ") == true)
  }

  /// The parts of a file without a bundle lie beside it.
  @Test func partsMayLieBesideTheFile() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-lmdir-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.path + "/network.safetensors"
    try FileManager.default.copyItem(
      atPath: Fixtures.path("lmdir/restorer.safetensors"), toPath: file)
    let missing = #expect(throws: LimpidError.self) {
      try LMDIRSystem(try Model(Path(file)), on: try Engine(.reference), LMDIRFixture.options())
    }
    #expect(missing?.description.contains("text_encoder") == true)
    for part in ["text_encoder", "tokenizer"] {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("pipelines/sdxl/\(part)"), toPath: folder.path + "/" + part)
    }
    let fixture = try LMDIRFixture()
    let system = try LMDIRSystem(
      try Model(Path(file)), on: try Engine(.auto), LMDIRFixture.options())
    let error = #expect(throws: LimpidError.self) {
      try system.restore([try fixture.subject()]) { _ in }
    }
    #expect(error?.remedy == .giveReference)
    try FileManager.default.copyItem(
      atPath: Fixtures.path("pipelines/sdxl"), toPath: folder.path + "/text_to_image")
    let whole = try LMDIRSystem(
      try Model(Path(file)), on: try Engine(.auto), LMDIRFixture.options())
    let restored = try whole.restore([try fixture.subject()]) { _ in }[0].picture
    let bundled = try Self.restore([try fixture.subject()])[0].picture
    #expect(restored == bundled)
  }

  /// A bundle tells the readings that tensors do not tell.
  @Test(arguments: [
    (#"{"architecture": "LMDIR", "dim": 4, "prompt_heads": 8}"#, true, ""),
    (#"{"prompt_heads": 2}"#, false, ""), (#"{"content_scale": 0.25}"#, false, ""),
    (#"{"scale_plus_one": true, "content_residual": false}"#, false, ""),
    (#"{"lra_softmax": "pixels"}"#, false, ""),
    (#"{"dim": 8}"#, false, "dim is 4, not 8"), (#"{"magic": 1}"#, false, "magic"),
    (#"{"prompt_heads": 3}"#, false, "prompt_heads is 8, not 3"), ("[]", false, "config.json"),
    (#"{"lra_softmax": {}}"#, false, "config.json"),
  ])
  func bundlesTellReadings(_ configuration: String, _ isUsual: Bool, _ says: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-lmdir-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try LMDIRFixture.writeBundles(to: folder, configuration: configuration)
    guard says.isEmpty else {
      let error = #expect(throws: LimpidError.self) { try Model(Path(path)) }
      #expect(error?.kind == .badData)
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
      return
    }
    let fixture = try LMDIRFixture()
    let subject = try fixture.subject(["rain"], reference: try fixture.picture("reference"))
    let system = try LMDIRSystem(
      try Model(Path(path)), on: try Engine(.auto), LMDIRFixture.options())
    let restored = try system.restore([subject]) { _ in }[0].picture
    let usual = try Self.restore([subject])[0].picture
    #expect((restored == usual) == isUsual)
  }

  @Test func predictsWhatItTakes() throws {
    let system = try Self.system()
    let need = try system.need(width: 57, height: 43)
    #expect(try need.bytes > 0 && system.tiles(width: 57, height: 43) == nil)
    let shown = try Self.system(.auto, LMDIRFixture.options { $0.referenceImage = "any" })
    #expect(try shown.need(width: 57, height: 43).flops < need.flops)
    #expect(try system.speed() > 0)
  }
}
