import Foundation
import Networks
import OpenCL
import Paths
import Tensors
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

/// AutoDIR against its restatement in PyTorch, and what its options mean.
@Suite(.serialized) struct AutoDIRTests {
  /// A checkpoint that the tests share; its folder goes with the process's temporary files.
  private static let checkpoint = Result {
    try AutoDIRFixture.write(
      to: FileManager.default.temporaryDirectory
        .appendingPathComponent("limpid-autodir-\(ProcessInfo.processInfo.processIdentifier)"))
  }

  static func system(
    _ device: DeviceSelector = .auto, options: SystemOptions = options()
  ) throws -> AutoDIRSystem {
    try AutoDIRSystem(try Model(Path(checkpoint.get())), on: try Engine(device), options)
  }

  static func options(_ steps: Int = 4, rounds: Int = 3) -> SystemOptions {
    var options = SystemOptions()
    options.steps = steps
    options.random = .cpu
    options.mostRounds = rounds
    options.keepsSteps = true
    return options
  }

  /// Labels, probabilities and pictures of three rounds with a size that needs padding.
  @Test(arguments: [("plain", 1.0, 1.0), ("guided", 2.5, 1.3)])
  func agreesWithTheRestatement(_ name: String, text: Double, image: Double) throws {
    let fixture = try AutoDIRFixture()
    for index in try Devices.openCL().indices {
      var options = Self.options()
      (options.textGuidance, options.imageGuidance) = (text, image)
      let system = try Self.system(.openCL(index), options: options)
      let restored = try system.restore([Subject(try fixture.picture(), seed: 7)]) { _ in }[0]
      #expect(restored.rounds.map(\.report.label) == AutoDIRFixture.labels.map(\.rawValue))
      let expected = try fixture.tensor("\(name).labels").floats.map {
        Degradation.allCases[Int($0)]
      }
      #expect(expected == AutoDIRFixture.labels)
      for (number, round) in restored.rounds.enumerated() {
        let found = round.report.probabilities.map(\.value)
        let wanted = try fixture.tensor("\(name).probabilities.\(number)").floats
        #expect(found.count == wanted.count)
        let error = zip(found, wanted).map { abs($0 - $1) }.max() ?? 1
        #expect(error <= 1e-4, "probabilities of round \(number)")
        let picture = try #require(round.picture)
        let comparison = Comparison(
          HostTensor([3, picture.height, picture.width], picture.planes),
          with: try fixture.tensor("\(name).round.\(number)"))
        #expect(comparison.psnr >= 60, "\(name), round \(number), device \(index): \(comparison)")
      }
      #expect(restored.rounds.last?.picture == restored.picture)
    }
  }

  /// Two pictures in one call have the bits of two calls, in any order.
  @Test func picturesDoNotMatterToEachOther() throws {
    let system = try Self.system(options: Self.options(2, rounds: 2))
    let picture = try AutoDIRFixture().picture()
    let other = Picture(
      width: picture.width, height: picture.height, planes: picture.planes.reversed())
    let subjects = [Subject(picture, seed: 1), Subject(other, seed: 2), Subject(picture, seed: 3)]
    let together = try system.restore(subjects) { _ in }.map(\.picture)
    #expect(Set(together).count == 3)
    for (subject, result) in zip(subjects, together) {
      let fresh = try Self.system(options: Self.options(2, rounds: 2))
      #expect(try fresh.restore([subject]) { _ in }[0].picture == result)
    }
    #expect(try system.restore(subjects.reversed()) { _ in }.map(\.picture) == together.reversed())
  }

  /// Tiles are asked for, told, and counted; they change the picture a little, and two pictures in
  /// one call still have the bits of two calls.
  @Test func restoresInTiles() throws {
    let picture = try AutoDIRFixture().picture()
    var options = Self.options(2, rounds: 1)
    options.degradations = [.blur]
    let whole = try Self.system(options: options).restore([Subject(picture, seed: 1)]) { _ in }[0]
    #expect(whole.tile == nil && whole.warnings.isEmpty)
    (options.tiling, options.overlap) = (.size(width: 32, height: 32), 4)
    let subjects = [Subject(picture, seed: 1), Subject(picture, seed: 2)]
    let together = try Self.system(options: options).restore(subjects) { _ in }
    for (subject, result) in zip(subjects, together) {
      let tile = try #require(result.tile)
      #expect(tile.width <= 32 && tile.height <= 32 && result.warnings.count == 1)
      let alone = try Self.system(options: options).restore([subject]) { _ in }[0]
      #expect(alone.picture == result.picture)
    }
    #expect(together[0].picture != whole.picture)
    let system = try Self.system(options: options)
    let tiles = try #require(try system.tiles(width: picture.width, height: picture.height))
    #expect(tiles.count > 1 && tiles.width == together[0].tile?.width)
    options.tiling = .never
    let never = try Self.system(options: options).restore([Subject(picture, seed: 1)]) { _ in }[0]
    #expect(never.picture == whole.picture)
  }

  @Test func removesWhatIsChosenInItsOrder() throws {
    var options = Self.options(1)
    options.degradations = [.haze, .lowResolution]
    let picture = try AutoDIRFixture().picture()
    let rounds = try Self.system(options: options)
      .restore([Subject(picture, seed: 1)]) { _ in }[0].rounds
    #expect(rounds.map(\.report.label) == ["haze", "low resolution"])
    #expect(rounds.map(\.report.structureWeight) == [1, 0.1])
    #expect(rounds.allSatisfy { $0.report.probabilities.count == 8 })
  }

  @Test func followsTexts() throws {
    let picture = try AutoDIRFixture().picture()
    let results = try ["a photo", "a photo an"].map { text in
      var options = Self.options(1)
      options.texts[.prompt] = [text]
      let restored = try Self.system(options: options).restore([Subject(picture, seed: 1)]) { _ in }
      #expect(restored[0].rounds.map(\.report.label) == [text])
      return restored[0].picture
    }
    #expect(results[0] != results[1])
  }

  /// Between nothing and all of the correction results lie on a line, before they are clamped.
  @Test func weighsTheStructureCorrection() throws {
    let picture = try AutoDIRFixture().picture()
    let results = try [0, 0.5, 1].map { weight in
      var options = Self.options(1)
      options.degradations = [.lowResolution]
      options.structureWeight = .fixed(weight)
      return try Self.system(options: options)
        .restore([Subject(picture, seed: 1)]) { _ in }[0].picture.planes
    }
    var inside = 0
    for index in results[0].indices {
      let (none, half, all) = (results[0][index], results[1][index], results[2][index])
      guard [none, half, all].allSatisfy({ (0.01..<0.99).contains($0) }) else { continue }
      inside += 1
      #expect(abs((none + all) / 2 - half) < 1e-5)
    }
    #expect(inside > 100)
    #expect(results[0] != results[2])
  }

  @Test(arguments: [
    (
      1, [0.125, 0.25, 0.25, 0.375, 0.5, 0.5, 0.625, 0.75, 0.75, 0.875, 1, 1],
      ["0: 1 underexposure", "0: 2 noise", "1: 1 underexposure", "1: 2 noise"]
    ),
    (
      2, [0.25, 0.5, 0.5, 0.5, 0.75, 1, 1, 1],
      ["0: 1 underexposure", "1: 1 underexposure", "0: 2 noise", "1: 2 noise"]
    ),
  ])
  func tellsRoundsAndStopsBetweenSteps(
    _ batch: Int, _ expected: [Double], _ turns: [String]
  ) throws {
    var options = Self.options(2, rounds: 2)
    options.batching = .size(batch)
    let system = try Self.system(options: options)
    let subject = Subject(try AutoDIRFixture().picture(), seed: 1)
    var (shares, rounds): ([Double], [String]) = ([], [])
    _ = try system.restore([subject, subject]) { event in
      shares.append(event.share)
      if case .round(let round, let subject, _) = event {
        rounds.append("\(subject): \(round.number) \(round.label)")
      }
    }
    #expect(shares == expected)
    #expect(rounds == turns)
    let error = #expect(throws: LimpidError.self) {
      try system.restore([subject]) { _ in throw LimpidError(.interrupted, "stop") }
    }
    #expect(error?.kind == .interrupted)
  }

  @Test func truncatesAsTheOfficialCode() throws {
    let subject = Subject(try AutoDIRFixture().picture(), seed: 1)
    var options = Self.options(1, rounds: 1)
    let rounded = try Self.system(options: options).restore([subject]) { _ in }[0].picture
    options.truncates = true
    let cut = try Self.system(options: options).restore([subject]) { _ in }[0].picture
    #expect(cut.planes == rounded.planes.map { ($0 * 255).rounded(.down) / 255 })
  }

  /// A checkpoint without a part is refused by that part's name, before anything runs.
  @Test(arguments: [
    ("NAFNet.", "structure correction"), ("first_stage_model.", "autoencoder"),
    ("model.diffusion_model.", "U-Net"), ("model_assessment.clipmodel.text_model.", "text tower"),
    ("model_assessment.clipmodel.vision_model.", "image tower"),
    ("model_assessment.clipmodel.logit_scale", "logit_scale"),
    ("NAFNet.middle_blks.0.conv4.weight", "NAFNet.middle_blks.0.conv4.weight"),
  ])
  func namesWhatIsMissing(_ prefix: String, _ name: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-autodir-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try AutoDIRFixture.write(to: folder) { !$0.hasPrefix(prefix) }
    let error = #expect(throws: LimpidError.self) { try Model(Path(path)) }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains(name) == true, "\(error?.description ?? "")")
  }

  /// A bundle restores as its checkpoint does, and its tokenizer must be as it says.
  @Test func restoresFromABundle() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-autodir-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let restorer = folder.appendingPathComponent("restorer")
    _ = try AutoDIRFixture.write(to: restorer, named: "model.safetensors")
    try FileManager.default.moveItem(
      at: restorer.appendingPathComponent("tokenizer"),
      to: folder.appendingPathComponent("tokenizer"))
    var files: [String: Any] = [:]
    let tokenizer = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/tokenizer")
    for name in ["restorer/model.safetensors"] + tokenizer.map({ "tokenizer/" + $0 }) {
      let path = folder.appendingPathComponent(name).path
      let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
      files[name] = ["size": size, "sha256": try #require(Digest.ofFile(Path(path)))]
    }
    let description: [String: Any] = [
      "format_version": 1, "pipeline": "AutoDIR", "files": files,
      "components": ["restorer": "AutoDIR", "tokenizer": "CLIPTokenizer"],
    ]
    try JSONSerialization.data(withJSONObject: description)
      .write(to: folder.appendingPathComponent("bundle.json"))

    var options = Self.options(1)
    options.texts[.prompt] = ["a photo"]
    let subject = Subject(try AutoDIRFixture().picture(), seed: 1)
    let bundle = try AutoDIRSystem(try Model(Path(folder.path)), on: try Engine(.auto), options)
    #expect(
      try bundle.restore([subject]) { _ in }[0].picture
        == Self.system(options: options).restore([subject]) { _ in }[0].picture)
    try Data("x".utf8).write(to: folder.appendingPathComponent("tokenizer/merges.txt"))
    let error = #expect(throws: LimpidError.self) {
      try AutoDIRSystem(try Model(Path(folder.path)), on: try Engine(.auto), options)
    }
    #expect(error?.description.contains("tokenizer/merges.txt") == true)
  }

  @Test func recognisesItsParts() throws {
    let model = try Model(Path(try Self.checkpoint.get()))
    let system = try #require(model.architecture as? AutoDIR)
    #expect(model.recognition.unused.isEmpty)
    #expect(system.sizeMultiple == 8)
    let error = #expect(throws: LimpidError.self) { try model.network }
    #expect(error?.kind == .usage && error?.description.contains("several networks") == true)
    for part in system.parts {
      let alone = try model.part(part)
      #expect(alone.recognition.matched > 10)
      let first = try #require(try part.network.manifest.entries.first)
      #expect(try alone.weights.tensor(first.path).shape == first.shape)
    }
  }

  @Test func refusesOptionsThatContradict() throws {
    var options = Self.options()
    options.tiling = .size(width: 64, height: 32)
    #expect(throws: LimpidError.self) { try Self.system(options: options) }
    options = Self.options()
    (options.degradations, options.texts[.prompt]) = ([.blur], ["a"])
    #expect(throws: LimpidError.self) { try Self.system(options: options) }
  }

  @Test func reflectsAtTheEnds() {
    let picture = Picture(width: 3, height: 1, planes: [0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1])
    let padded = PaddedImage(picture, multiple: 8)
    #expect(padded.values.shape == [1, 3, 8, 8])
    #expect(padded.values.floats.prefix(8) == [-1, 0, 1, 0, -1, -1, -1, -1])
    #expect(padded.picture(truncating: false) == picture)
  }
}
