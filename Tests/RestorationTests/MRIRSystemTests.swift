import Execution
import Foundation
import Models
import OpenCL
import Paths
import Pictures
import Tensors
import Testing

@testable import Restoration

/// MRIR's pipeline against its restatement (tools/restatements/mrir.py) over diffusers and
/// transformers.
@Suite struct MRIRSystemTests {
  /// Prompts of 1, 76 and 200 tokens, both starts, every colour fix, sizes that need padding.
  @Test(arguments: MRIRFixture.cases)
  func agreesWithTheRestatement(_ name: String) throws {
    let request = try MRIRFixture.request(name)
    let expected = try MRIRFixture.tensor(name)
    for index in try Devices.openCL().indices {
      let system = try MRIRFixture.system(request.options, on: .openCL(index))
      let picture = try system.restore([request.subject]) { _ in }[0].picture
      let comparison = Comparison(
        HostTensor([3, picture.height, picture.width], picture.planes), with: expected)
      #expect(comparison.psnr >= 60, "\(name) on device \(index): \(comparison)")
    }
  }

  @Test func halfStorageIsClose() throws {
    let request = try MRIRFixture.request("one")
    let system = try MRIRFixture.system(request.options, dtype: .f16)
    let picture = try system.restore([request.subject]) { _ in }[0].picture
    let comparison = Comparison(
      HostTensor([3, picture.height, picture.width], picture.planes),
      with: try MRIRFixture.tensor("one"))
    #expect(comparison.psnr >= 30, "\(comparison)")
  }

  /// A picture has the same bits alone and in any batch, in any order, whole and in tiles.
  @Test(arguments: [TilingPolicy.never, .size(width: 32, height: 32)])
  func picturesDoNotMatterToEachOther(_ tiling: TilingPolicy) throws {
    var options = try Self.options(steps: 2)
    options.tiling = tiling
    options.upscale = 4
    let subjects = [
      try MRIRFixture.subject("an", seed: 1), try MRIRFixture.subject("b c", seed: 2),
      try MRIRFixture.subject(String(repeating: "d ", count: 90), seed: 3),
    ]
    let system = try MRIRFixture.system(options)
    let together = try system.restore(subjects) { _ in }
    #expect(Set(together.map(\.picture)).count == 3)
    for (subject, result) in zip(subjects, together) {
      #expect((result.tile != nil) == (tiling != .never))
      let fresh = try MRIRFixture.system(options)
      #expect(try fresh.restore([subject]) { _ in }[0].picture == result.picture)
    }
    let reversed = try system.restore(subjects.reversed()) { _ in }
    #expect(reversed.map(\.picture) == together.map(\.picture).reversed())
  }

  /// Text, CLIP's view, pixels and every option move the result.
  @Test func listensToEverything() throws {
    let usual = try Self.options(steps: 2)
    func result(
      of text: String = "an", _ change: (inout SystemOptions) -> Void = { _ in }
    ) throws -> Picture {
      var options = usual
      change(&options)
      let subject = try MRIRFixture.subject(text, seed: 1)
      return try MRIRFixture.system(options).restore([subject]) { _ in }[0].picture
    }
    let results = [
      try result(), try result(of: "b"), try result { $0.seesImage = false },
      try result { $0.controlScale = 0.5 }, try result { $0.qualityPrompt = "c" },
      try result { $0.negativePrompt = "d" }, try result { $0.guidanceScale = 2 },
      try result { $0.colourFix = .adain }, try result { $0.start = .noise },
    ]
    #expect(Set(results).count == results.count)
    #expect(try result() == results[0])
    let enlarged = try result { $0.upscale = 2 }
    #expect(enlarged.width == 2 * results[0].width && enlarged.height == 2 * results[0].height)
  }

  @Test(arguments: [(1, [1, 2, 3, 1, 2, 3]), (2, [1, 2, 3])])
  func tellsStepsAndStopsBetweenThem(_ batch: Int, _ expected: [Int]) throws {
    var options = try Self.options(steps: 3)
    options.batching = .size(batch)
    let system = try MRIRFixture.system(options)
    let subject = try MRIRFixture.subject("an", seed: 1)
    var steps: [Int] = []
    _ = try system.restore([subject, subject]) { event in
      if case .step(_, let number, let count, _) = event {
        #expect(count == 3)
        steps.append(number)
      }
    }
    #expect(steps == expected)
    let error = #expect(throws: LimpidError.self) {
      try system.restore([subject]) { _ in throw LimpidError(.interrupted, "stop") }
    }
    #expect(error?.kind == .interrupted)
  }

  /// Small pictures are processed larger and come back in their own size, as SeeSR's.
  @Test func smallPicturesAreProcessedLarger() throws {
    var options = SystemOptions()
    func sizes(_ width: Int, _ height: Int) -> [Int] {
      let size = MRIRSize(width, height, options)
      return [size.result.width, size.result.height, size.work.width, size.work.height]
    }
    #expect(sizes(100, 150) == [100, 150, 512, 768])
    #expect(sizes(512, 600) == [512, 600, 512, 600])
    options.upscale = 4
    #expect(sizes(150, 100) == [600, 400, 768, 512])
    options = try Self.options(steps: 2)
    options.processSide = 24
    let subject = try MRIRFixture.subject("an", seed: 1)
    let small = try MRIRFixture.system(options).restore([subject]) { _ in }[0].picture
    #expect((small.width, small.height) == (subject.picture.width, subject.picture.height))
  }

  @Test func predictsWhatItTakes() throws {
    let system = try MRIRFixture.system(try Self.options(steps: 2))
    let (small, large) = (
      try system.need(width: 16, height: 16), try system.need(width: 64, height: 64)
    )
    #expect(try system.tiles(width: 16, height: 16) == nil)
    #expect(large.bytes > small.bytes)
    #expect(large.flops > small.flops)
  }

  @Test(
    arguments: [
      { $0.upscale = 9 }, { $0.upscale = 0 },
      { $0.steps = 2000 }, { $0.controlScale = .nan }, { $0.processSide = -1 },
      { $0.texts[.prompt] = ["a", "b"] },
    ] as [@Sendable (inout SystemOptions) -> Void])
  func refusesOptions(_ spoil: @Sendable (inout SystemOptions) -> Void) throws {
    var options = try Self.options(steps: 2)
    spoil(&options)
    let error = #expect(throws: LimpidError.self) { try MRIRFixture.system(options) }
    #expect(error?.kind == .usage)
  }

  /// A bundle whose part is missing or changed is refused by that part's name.
  @Test(arguments: ["controlnet", "text_encoder", "tokenizer", "scheduler", "unet", "vae"])
  func namesWhatIsMissing(_ part: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-mrir-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(atPath: MRIRFixture.path("bundle"), toPath: folder.path)
    try FileManager.default.removeItem(at: folder.appendingPathComponent(part))
    let error = #expect(throws: LimpidError.self) {
      try MRIRSystem(try Model(Path(folder.path)), on: try Engine(.auto), SystemOptions())
    }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  /// The description counts, not the network that lies inside.
  @Test(arguments: ["MRIR", "Restorer", "Elsewhere"])
  func isToldByTheDescription(_ pipeline: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-mrir-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(atPath: MRIRFixture.path("bundle"), toPath: folder.path)
    let place = folder.appendingPathComponent("bundle.json")
    let description = try String(contentsOf: place, encoding: .utf8)
    try description.replacing("\"pipeline\": \"MRIR\"", with: "\"pipeline\": \"\(pipeline)\"")
      .write(to: place, atomically: true, encoding: .utf8)
    func system() throws -> any RestorationSystem.Type {
      try RestorationSystems.system(for: try Model(Path(folder.path)))
    }
    guard pipeline != "MRIR" else {
      #expect(try system() is MRIRSystem.Type)
      return
    }
    let error = #expect(throws: LimpidError.self) { try system() }
    #expect(error?.kind == .badData, "\(error?.description ?? "")")
  }

  private static func options(steps: Int) throws -> SystemOptions {
    var options = SystemOptions()
    options.steps = steps
    options.processSide = 0
    return options
  }
}
