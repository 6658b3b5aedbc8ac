import Checkpoints
import Conformance
import Foundation
import Networks
import Paths
import Tensors
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

/// What is painted, what is told of it, and what stays.
extension TextualDegRemovalSystemTests {
  /// Painted guidance images are handed over where that is asked for, and turned in ensembles.
  @Test func handsOverWhatItPainted() throws {
    let picture = try TextualDegRemovalFixture().picture(0)
    let guidance = try Self.painted(picture, seed: 7)
    let options = Self.options { $0.writesReferences = true }
    let system = try Self.system(options)
    let restored = try system.restore([Subject(picture, seed: 7)]) { _ in }[0]
    #expect(restored.kept.map(\.name) == ["reference"] && restored.kept[0].picture == guidance)
    #expect(restored.reference == guidance && !restored.kept[0].isState)
    let given = try system.restore([Subject(picture, seed: 7, reference: guidance)]) { _ in }[0]
    #expect(given.kept.isEmpty && given.reference == nil)
    var painted = 0
    let ensemble = try Restorer.ensemble([Subject(picture, seed: 7)], by: system) { event in
      if case .step = event { painted += 1 }
    }[0]
    #expect(painted == 3)
    let subject = Subject(picture, seed: 7, reference: guidance)
    #expect(try Restorer.ensemble([subject], by: system) { _ in }[0].picture == ensemble.picture)
  }

  /// Template and words count, are recorded, and are refused where there is no place for them.
  @Test func paintsWhatItIsTold() throws {
    let picture = try TextualDegRemovalFixture().picture(0)
    func painted(_ edit: (inout SystemOptions) -> Void) throws -> Picture {
      let options = Self.options {
        $0.writesReferences = true
        edit(&$0)
      }
      return try Self.system(options).restore([Subject(picture, seed: 7)]) { _ in }[0].kept[0]
        .picture
    }
    let variants: [(inout SystemOptions) -> Void] = [
      { _ in }, { $0.template = "a {} photo" }, { $0.word = 0 }, { $0.word = 2 },
    ]
    #expect(Set(try variants.map(painted)).count == variants.count)
    #expect(try painted { $0.template = " a photo  of a {} " } == painted { _ in })
    let told = Self.options { ($0.template, $0.word) = ("an {}", 1) }
    let recorded = TextualDegRemovalSystem.settings(told).map { "\($0.name) \($0.value)" }
    #expect(recorded.suffix(2) == ["template 'an {}'", "token-index 1"])
    for spoil in [{ $0.template = "a photo" }, { $0.template = "{} {}" }, { $0.word = 3 }]
      as [(inout SystemOptions) -> Void]
    {
      let error = #expect(throws: LimpidError.self) { try painted(spoil) }
      #expect(error?.kind == .usage)
    }
  }

  /// A U-Net that predicts velocity, as Stable Diffusion 2.1 at 768 pixels does, is not the
  /// mapper's.
  @Test func refusesAnotherPrediction() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-tdr-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(
      atPath: TextualDegRemovalFixture.path(""), toPath: folder.path)
    let file = folder.appendingPathComponent("text_to_image/scheduler/scheduler_config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = text.replacing("\"epsilon\"", with: "\"v_prediction\"")
    #expect(changed != text)
    try changed.write(to: file, atomically: true, encoding: .utf8)
    let place = try Folder(Path(folder.path))
    let error = #expect(throws: LimpidError.self) {
      try GuidancePainter(
        try GuidancePainter.Parts { role throws(LimpidError) in try place.folder(role.rawValue) },
        TextualDegRemovalSystem.painting(Self.options()), on: try Engine(.auto))
    }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains("2.1-base") == true, "\(error?.description ?? "")")
  }

  /// What paints is loaded for the first of five pictures, and stays: the device never holds less.
  @Test func thePainterStays() throws {
    let picture = try TextualDegRemovalFixture().picture(0)
    let engine = try Engine(.auto)
    let system = try TextualDegRemovalSystem(
      try Model(Path(Self.bundle.get())), on: engine, Self.options())
    let memory = try #require(engine.memory)
    var (held, loads) = (0, 0)
    for seed in 1...5 as ClosedRange<UInt64> {
      _ = try system.restore([Subject(picture, seed: seed)]) { _ in
        if held > 0, memory.bytes < held { loads += 1 }
      }
      if held > 0 { #expect(memory.bytes == held) }
      held = memory.bytes
    }
    #expect(held > 0 && loads == 0)
  }

  /// A network for one channel restores the three colours, each by its own of the guidance image.
  @Test func networksOfOneChannelRestoreColours() throws {
    var gray = NAFNet.Configuration()
    (gray.inputChannels, gray.outputChannels, gray.width) = (1, 1, 4)
    (gray.encoderBlocks, gray.middleBlocks, gray.decoderBlocks) = ([1, 1], 1, [1, 1])
    var configuration = Guided<NAFNet>.Configuration(NAFNet(gray))
    configuration.encoderBlocks = [1, 1, 1]
    configuration.fusionBlocks = [1, 1, 1]
    let manifest = try Guided<NAFNet>(configuration).manifest
    let weights = SeededWeights(manifest, seed: "gray")
    let file = NSTemporaryDirectory() + "limpid-gray-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Safetensors.write(
      try manifest.entries.map { ($0.path, try weights.tensor($0.path)) }, to: Path(file))
    let (model, engine) = (try Model(Path(file)), try Engine(.auto))
    let fixture = try TextualDegRemovalFixture()
    let (picture, guidance) = (try fixture.picture(0), try fixture.picture(3))
    let system = try TextualDegRemovalSystem(model, on: engine, Self.options())
    let restored = try system.restore([Subject(picture, seed: 1, reference: guidance)]) { _ in }[0]
    func plane(_ picture: Picture, _ index: Int) -> HostTensor {
      let area = picture.width * picture.height
      return HostTensor(
        [1, 1, picture.height, picture.width],
        Array(picture.planes[index * area..<(index + 1) * area]))
    }
    let operands = (0..<3).map {
      ["image": plane(picture, $0), "reference_image": plane(guidance, $0)]
    }
    let graph = try model.network.graph(operands[0].mapValues(\.shape))
    let plan = try engine.plan(graph, weights: model.weights)
    let planes = try operands.flatMap { try #require(try plan.run($0)["output"]).floats }
    #expect(restored.picture.planes == planes)
    #expect(restored.picture.planes != picture.planes)
  }
}
