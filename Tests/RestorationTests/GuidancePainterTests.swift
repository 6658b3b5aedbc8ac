import Checkpoints
import Foundation
import Networks
import OpenCL
import Paths
import Tensors
import Testing

@testable import Execution
@testable import Generation
@testable import Models
@testable import Pictures
@testable import Restoration

/// TextualDegRemoval's guidance images against their restatement with transformers and diffusers.
@Suite(.serialized) struct GuidancePainterTests {
  private static let fixture = Result { try TextualDegRemovalFixture() }

  private static func painter(
    _ device: DeviceSelector = .auto, steps: Int = 100
  ) throws -> GuidancePainter {
    var settings = GuidancePainter.Options()
    settings.steps = steps
    return try GuidancePainter(
      TextualDegRemovalFixture.parts(), settings, on: try Engine(device))
  }

  /// The official 100 steps at a scale of 5.
  @Test(arguments: RestorerTests.devices.dropFirst())
  func agreesWithTheRestatement(on device: DeviceSelector) throws {
    let fixture = try Self.fixture.get()
    let painter = try Self.painter(device)
    for (number, seed) in TextualDegRemovalFixture.painted {
      var steps = 0
      let painted = try painter.paint(try fixture.picture(number), seed: seed) {
        steps += $0.endsStep ? 1 : 0
      }
      #expect(steps == 100)
      let expected = try fixture.tensor("guidance", number)
      let comparison = Comparison(HostTensor(expected.shape, painted.planes), with: expected)
      #expect(comparison.psnr >= 60, "picture \(number) on \(device): \(comparison)")
      #expect(painted.planes.allSatisfy { ($0 * 255).rounded() / 255 == $0 })
    }
  }

  /// Words, and the text tower's states with the words put in.
  @Test(arguments: RestorerTests.devices)
  func describesLikeTheRestatement(on device: DeviceSelector) throws {
    let (fixture, engine) = (try Self.fixture.get(), try Engine(device))
    let parts = try TextualDegRemovalFixture.parts()
    let description = try ImageDescription(
      vision: parts.vision, mapper: parts.mapper, restoration: parts.restoration, on: engine)
    let texts = try TextEncoder(
      try parts.pipeline.folder("text_encoder"),
      tokenizer: try parts.pipeline.folder("tokenizer"), on: engine)
    for (number, _) in TextualDegRemovalFixture.painted {
      let words = try description.words(for: try fixture.picture(number))
      try Self.expectEqual(words, try fixture.tensor("words", number))
      let told = try texts.encode("a photo of a", words: words, placeholder: "S")
      try Self.expectEqual(told, try fixture.tensor("states", number))
      let untold = try texts.encode("", words: words, placeholder: nil)
      try Self.expectEqual(untold, try fixture.emptyState())
    }
  }

  private static func expectEqual(_ found: HostTensor, _ expected: HostTensor) throws {
    #expect(found.shape == expected.shape)
    let comparison = Comparison(found, with: expected)
    #expect(comparison.maxAbs <= 1e-4, "\(comparison)")
  }

  /// The middle square as torchvision crops it and Pillow makes it larger and smaller.
  @Test(arguments: TextualDegRemovalFixture.pictures)
  func seesWhatPillowMakes(_ number: Int) throws {
    let fixture = try Self.fixture.get()
    let expected = try fixture.tensor("pixels", number)
    let side = expected.shape[3]
    let view = SquareView(try fixture.picture(number), side: side)
    for (index, value) in expected.floats.enumerated() {
      let (mean, deviation) = CLIPStatistics.channels[index / (side * side)]
      let byte = ((value * deviation + mean) * 255).rounded()
      #expect(Float(view.planes[index]) == byte, "at \(index)")
    }
  }

  /// Keys and values of the cross-attention are the mapper's, everything else is the U-Net's.
  @Test func theMapperTunesTheCrossAttention() throws {
    let parts = try TextualDegRemovalFixture.parts()
    let plain = try Model(component: try parts.pipeline.folder("unet"))
    let tuned = try parts.tunedUNet()
    var changed: [String] = []
    for entry in try plain.architecture.manifest.entries {
      let own = try plain.weights.tensor(entry.path).floats
      if try tuned.weights.tensor(entry.path).floats != own { changed.append(entry.path) }
    }
    #expect(changed.count == 8)
    #expect(parts.mapper.recognition.unused.isEmpty)
    #expect(changed.allSatisfy { $0.contains(".attn2.to_") })
  }

  @Test func picturesDoNotMatterToEachOther() throws {
    let fixture = try Self.fixture.get()
    let subjects = try TextualDegRemovalFixture.painted.map { (try fixture.picture($0), $1) }
    let painter = try Self.painter(steps: 3)
    let after = try subjects.map { try painter.paint($0, seed: $1) { _ in } }
    let alone = try Self.painter(steps: 3).paint(subjects[1].0, seed: subjects[1].1) { _ in }
    #expect(after[1] == alone)
    #expect(after[0] != alone)
    let otherSeed = try painter.paint(subjects[1].0, seed: 1) { _ in }
    #expect(otherSeed != alone)
  }

  /// What does not fit together is refused by name before anything runs.
  @Test func refusesPartsOfOthers() throws {
    let folder = try Folder(Path(TextualDegRemovalFixture.path("")))
    let swapped = try GuidancePainter.Parts { role throws(LimpidError) in
      try folder.folder(role == .mapper ? "textual_restoration" : role.rawValue)
    }
    let error = #expect(throws: LimpidError.self) {
      try GuidancePainter(swapped, .init(), on: try Engine(.auto))
    }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains("is no image-to-text mapper") == true)
  }

  /// A tensor too many means another mapper, or one for another U-Net.
  @Test(arguments: [
    ("mapping_extra.weight", "not part of TextualDegRemoval image-to-text mapper"),
    ("down_blocks_9_attn2_to_k.weight", "is of no layer of"),
  ])
  func refusesWhatTheMapperHasTooMuch(_ name: String, _ says: String) throws {
    let source = try SafetensorsFile(
      path: Path(TextualDegRemovalFixture.path("mapper/model.safetensors")))
    var tensors = try source.entries.map { ($0.name, try source.tensor(named: $0.name)) }
    tensors.append((name, HostTensor([2, 2], [1, 2, 3, 4])))
    let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: place) }
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Safetensors.write(tensors, to: Path(place.appendingPathComponent("model.safetensors").path))
    let folder = try Folder(Path(TextualDegRemovalFixture.path("")))
    let error = #expect(throws: LimpidError.self) {
      let parts = try GuidancePainter.Parts { role throws(LimpidError) in
        role == .mapper ? try Folder(Path(place.path)) : try folder.folder(role.rawValue)
      }
      _ = try parts.tunedUNet()
    }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }
}
