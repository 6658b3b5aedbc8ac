import Foundation
import Networks
import Paths
import Tensors
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

/// TextualDegRemoval's whole system: painted, kept and given guidance images, tiles and batches.
@Suite(.serialized) struct TextualDegRemovalSystemTests {
  /// Bundles that the tests share; their folder goes with the process's temporary files.
  static let bundle = Result {
    try TextualDegRemovalFixture.writeBundles(
      to: FileManager.default.temporaryDirectory
        .appendingPathComponent("limpid-tdr-\(ProcessInfo.processInfo.processIdentifier)"))
  }

  static func options(_ edit: (inout SystemOptions) -> Void = { _ in }) -> SystemOptions {
    var options = SystemOptions()
    options.steps = 3
    options.random = .cpu
    options.keepsReferences = false
    edit(&options)
    return options
  }

  static func system(
    _ options: SystemOptions = options()
  ) throws -> TextualDegRemovalSystem {
    try TextualDegRemovalSystem(try Model(Path(bundle.get())), on: try Engine(.auto), options)
  }

  /// The guidance image that the bundle's parts paint.
  static func painted(_ picture: Picture, seed: UInt64) throws -> Picture {
    let model = try Model(Path(bundle.get()))
    let parts = try GuidancePainter.Parts { role throws(LimpidError) in try model.folder(of: role) }
    return try GuidancePainter(
      parts, TextualDegRemovalSystem.painting(options()), on: try Engine(.auto)
    ).paint(picture, seed: seed) { _ in }
  }

  /// The network on a whole picture.
  private static func restored(_ picture: Picture, guidance: Picture) throws -> Picture {
    let model = try Model(Path(bundle.get()))
    let operands = [
      "image": HostTensor([1, 3, picture.height, picture.width], picture.planes),
      "reference_image": HostTensor([1, 3, guidance.height, guidance.width], guidance.planes),
    ]
    let graph = try model.network.graph(operands.mapValues(\.shape))
    let plan = try Engine(.auto).plan(graph, weights: model.weights)
    let output = try #require(try plan.run(operands)["output"])
    return Picture(width: picture.width, height: picture.height, planes: output.floats)
  }

  /// A painted guidance image is the network's operand, bit for bit, whatever the picture's size.
  @Test func restoresWithWhatIsPainted() throws {
    let fixture = try TextualDegRemovalFixture()
    for (number, seed) in TextualDegRemovalFixture.painted {
      let picture = try fixture.picture(number)
      let guidance = try Self.painted(picture, seed: seed)
      let restored = try Self.system().restore([Subject(picture, seed: seed)]) { _ in }[0]
      #expect(restored.picture == (try Self.restored(picture, guidance: guidance)))
      #expect(restored.seed == seed)
      #expect(restored.warnings.isEmpty)
    }
  }

  /// A given guidance image takes the painted one's place, whatever its size.
  @Test func restoresWithWhatIsGiven() throws {
    let fixture = try TextualDegRemovalFixture()
    let (picture, given) = (try fixture.picture(0), try fixture.picture(3))
    let subject = Subject(picture, seed: 7, reference: given)
    let restored = try Self.system().restore([subject]) { event in
      if case .step = event { Issue.record("something was painted") }
    }[0]
    #expect(restored.picture == (try Self.restored(picture, guidance: given)))
    #expect(restored.seed == nil)
    let painted = try Self.system().restore([Subject(picture, seed: 7)]) { _ in }[0]
    #expect(painted.picture != restored.picture)
  }

  /// Painted and given, with guidance images of two sizes, alone, together and in any order.
  @Test func picturesDoNotMatterToEachOther() throws {
    let picture = try TextualDegRemovalFixture().picture(0)
    let other = Picture(
      width: picture.width, height: picture.height, planes: picture.planes.reversed())
    let subjects = [
      Subject(picture, seed: 1), Subject(other, seed: 2), Subject(picture, seed: 3),
      Subject(picture, seed: 1, reference: other), Subject(other, seed: 1, reference: other),
    ]
    let together = try Self.system().restore(subjects) { _ in }.map(\.picture)
    #expect(Set(together).count == subjects.count)
    for (subject, result) in zip(subjects, together) {
      #expect(try Self.system().restore([subject]) { _ in }[0].picture == result)
    }
    let reversed = try Self.system().restore(subjects.reversed()) { _ in }.map(\.picture)
    #expect(reversed == together.reversed())
  }

  /// The second time nothing is painted, and the bits are the same; another seed is painted anew.
  @Test func keepsWhatItPainted() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-guidance-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let picture = try TextualDegRemovalFixture().picture(1)
    let options = Self.options { ($0.keepsReferences, $0.referenceFolder) = (true, Path(folder)) }
    var steps: [Int] = []
    let results = try [1, 1, 2].map { (seed: UInt64) in
      var count = 0
      let restored = try Self.system(options).restore([Subject(picture, seed: seed)]) { event in
        if case .step = event { count += 1 }
      }
      steps.append(count)
      return restored[0]
    }
    #expect(steps == [3, 0, 3])
    #expect(results[0].picture == results[1].picture)
    #expect(results[0].seed == results[1].seed)
    #expect(results[0].picture != results[2].picture)
    #expect(results.flatMap(\.warnings).isEmpty)
  }

  /// Every tile is matched with the whole guidance image: a change in its last corner reaches the
  /// first tile.
  @Test func tilesSeeTheWholeGuidanceImage() throws {
    let graph = try GuidedPass(try Model(Path(Self.bundle.get())), guidance: (90, 61))
      .graph(batch: 2, height: 64, width: 48)
    let shapes = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.name, $0.shape) })
    #expect(shapes == ["image": [2, 3, 64, 48], "reference_image": [2, 3, 61, 90]])
    let fixture = try TextualDegRemovalFixture()
    let (picture, guidance) = (try fixture.picture(3), try fixture.picture(0))
    let options = Self.options { $0.tiling = .size(width: 64, height: 64) }
    let subject = Subject(picture, seed: 1, reference: guidance)
    let restored = try Self.system(options).restore([subject]) { _ in }[0]
    #expect(restored.tile?.width == 64)
    #expect(restored.warnings.count == 1)
    let core = Tiling(
      width: picture.width, height: picture.height, tile: (64, 64), overlap: options.overlap,
      multiple: try Model(Path(Self.bundle.get())).architecture.sizeMultiple)
    let tile = try #require(core.tiles.first)
    let cut = TileCanvas.cut([
      (TileCanvas(3, picture.width, picture.height, picture.planes), tile)
    ])
    let alone = try Self.restored(
      Picture(width: tile.width, height: tile.height, planes: cut.floats), guidance: guidance)
    #expect(restored.picture.planes[0] == alone.planes[0])
  }

  @Test func tellsPaintingBeforeRestoring() throws {
    let picture = try TextualDegRemovalFixture().picture(0)
    var shares: [Double] = []
    var stages: Set<String> = []
    let subjects = [Subject(picture, seed: 1), Subject(picture, seed: 2)]
    _ = try Self.system().restore(subjects) { event in
      shares.append(event.share)
      if case .step(let stage, _, let count, _) = event {
        stages.insert(stage)
        #expect(count == 3)
      }
    }
    #expect(shares == shares.sorted())
    #expect(shares.last == 1)
    #expect(stages == ["painting"])
    let error = #expect(throws: LimpidError.self) {
      try Self.system().restore(subjects) { _ in throw LimpidError(.interrupted, "stop") }
    }
    #expect(error?.kind == .interrupted)
  }

  /// What is missing is named before anything runs; a given guidance image needs nothing of it.
  @Test func namesWhatIsMissing() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-tdr-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try TextualDegRemovalFixture.writeBundles(to: folder)
    try FileManager.default.removeItem(atPath: path + "/textual_restoration/model.safetensors")
    let broken = try Model(Path(path))
    let error = #expect(throws: LimpidError.self) {
      try TextualDegRemovalSystem(broken, on: try Engine(.auto), Self.options())
    }
    #expect(error?.description.contains("textual_restoration/model.safetensors") == true)
    let alone = path + "/restorer/model.safetensors"
    let picture = try TextualDegRemovalFixture().picture(0)
    let system = try TextualDegRemovalSystem(
      try Model(Path(alone)), on: try Engine(.auto), Self.options())
    let usage = #expect(throws: LimpidError.self) {
      try system.restore([Subject(picture, seed: 1)]) { _ in }
    }
    #expect(usage?.kind == .usage)
    #expect(usage?.remedy == .giveReference)
    let given = Subject(picture, seed: 1, reference: picture)
    #expect(try system.restore([given]) { _ in }.count == 1)
  }

  /// What is painted is recorded; a guidance image given for all images makes that idle.
  @Test func recordsHowItPaints() throws {
    let painting = TextualDegRemovalSystem.settings(Self.options()).map { "\($0.name) \($0.value)" }
    #expect(painting == ["steps 3", "guidance-scale 5.0", "rng cpu", "seed 42"])
    let given = Self.options { $0.referenceImage = "a.png" }
    #expect(TextualDegRemovalSystem.settings(given).allSatisfy { $0.name != "steps" })
    let system = try Self.system()
    let need = try system.need(width: 57, height: 43)
    #expect(try system.tiles(width: 57, height: 43) == nil)
    #expect(need.bytes > 0)
    #expect(need.flops > 0)
  }
}
