import Execution
import Generation
import Models
import Networks
import OpenCL
import Paths
import Pictures
import Tensors
import Testing

/// Whole pipelines from text to pictures against diffusers.
@Suite struct TextToImageTests {
  /// The reference and every OpenCL device.
  static let devices: [DeviceSelector] =
    [.reference] + ((try? Devices.openCL()) ?? []).indices.map { .openCL($0) }

  @Test(arguments: PipelineFixture.all, devices)
  func agreesWithDiffusers(_ fixture: PipelineFixture, on device: DeviceSelector) throws {
    let request = try fixture.request()
    let pictures = try fixture.pipeline(on: device).pictures(of: request.requests, request.settings)
    let comparison = Comparison(HostTensor(pictures), with: try fixture.expected())
    #expect(comparison.psnr >= 60, "\(fixture.name) on \(device): \(comparison)")
  }

  /// A picture has the same bits alone and in any batch, also beside a prompt of another length.
  @Test(arguments: PipelineFixture.all)
  func batchDoesNotMatter(_ fixture: PipelineFixture) throws {
    let pipeline = try fixture.pipeline(on: .auto)
    var settings = try fixture.request().settings
    settings.steps = 3
    let long = String(repeating: "noise and rain ", count: 12)
    var requests = [
      TextToImage.Request("an old photo", seed: 5), .init(long, seed: 6),
      .init("rain", negativePrompt: "sharp", seed: 7), .init("rain", seed: 8),
    ]
    for index in requests.indices {
      requests[index].controlImage = try fixture.controlImage(index % 2)
    }
    let together = try pipeline.pictures(of: requests, settings)
    #expect(Set(together).count == requests.count)
    for (request, picture) in zip(requests, together) {
      #expect(try pipeline.pictures(of: [request], settings) == [picture])
    }
    let reversed = try pipeline.pictures(of: requests.reversed(), settings)
    #expect(reversed == together.reversed())
  }

  /// What is beyond the first 77 tokens is read too.
  @Test func readsLongPrompts() throws {
    let pipeline = try PipelineFixture(name: "sd15").pipeline(on: .auto)
    var settings = try PipelineFixture(name: "sd15").request().settings
    settings.steps = 1
    let start = String(repeating: "x ", count: 100)
    let pictures = try pipeline.pictures(of: [.init(start + "a"), .init(start + "b")], settings)
    #expect(pictures[0] != pictures[1])
    #expect(pipeline.conditioner.sequenceCount([start]) == 2)
  }

  /// At a scale of 1 the negative prompt has no weight; above it, it counts.
  @Test func guidanceWithoutWeightIsNotComputed() throws {
    let pipeline = try PipelineFixture(name: "sd15").pipeline(on: .auto)
    var settings = TextToImage.Options()
    settings.steps = 2
    (settings.width, settings.height) = (16, 16)
    let requests = [
      TextToImage.Request("a"), TextToImage.Request("a", negativePrompt: "not this"),
    ]
    settings.guidanceScale = 1
    let plain = try requests.map { try pipeline.pictures(of: [$0], settings) }
    #expect(plain[0] == plain[1])
    settings.guidanceScale = 2
    let guided = try requests.map { try pipeline.pictures(of: [$0], settings) }
    #expect(guided[0] != guided[1])
  }

  @Test func tellsStepsAndStopsBetweenThem() throws {
    let pipeline = try PipelineFixture(name: "sdxl").pipeline(on: .auto)
    var settings = try PipelineFixture(name: "sdxl").request().settings
    settings.steps = 4
    var steps: [Int] = []
    _ = try pipeline.pictures(of: [.init("a")], settings) { steps.append($0.step) }
    #expect(steps == [1, 2, 3, 4])
    let error = #expect(throws: LimpidError.self) {
      try pipeline.pictures(of: [.init("a")], settings) { progress in
        #expect(progress.count == 4)
        if progress.step == 2 { throw LimpidError(.interrupted, "stop") }
        #expect(progress.step < 2)
      }
    }
    #expect(error?.kind == .interrupted)
  }

  @Test(arguments: [(17, 16), (16, 0), (20, 18)])
  func refusesSizes(_ width: Int, _ height: Int) throws {
    let pipeline = try PipelineFixture(name: "sd15").pipeline(on: .auto)
    var settings = TextToImage.Options()
    (settings.width, settings.height) = (width, height)
    let error = #expect(throws: LimpidError.self) {
      try pipeline.pictures(of: [.init("a")], settings)
    }
    #expect(error?.kind == .usage)
  }

  /// A ControlNet without weight, or in no step, leaves the picture as it is without one.
  @Test func controlCountsByItsWeight() throws {
    let fixture = PipelineFixture(name: "controlnet")
    let pipeline = try fixture.pipeline(on: .auto)
    var (requests, settings) = try fixture.request()
    requests.removeLast()
    settings.control = .init()
    let full = try pipeline.pictures(of: requests, settings)
    settings.control.scale = 0
    let none = try pipeline.pictures(of: requests, settings)
    settings.control.scale = 1
    settings.control.range = 0.5...0.5
    #expect(try pipeline.pictures(of: requests, settings) == none)
    settings.control.range = 0...0.5
    let half = try pipeline.pictures(of: requests, settings)
    #expect(full != none && half != none && half != full)
  }

  @Test func refusesControlImagesThatDoNotFit() throws {
    let fixture = PipelineFixture(name: "controlnet")
    let (requests, settings) = try fixture.request()
    let pipeline = try fixture.pipeline(on: .auto)
    var other = settings
    other.width = 40
    #expect(throws: LimpidError.self) { try pipeline.pictures(of: requests, other) }
    #expect(throws: LimpidError.self) { try pipeline.pictures(of: [.init("a")], settings) }
    let plain = try PipelineFixture(name: "sd15").pipeline(on: .auto)
    #expect(throws: LimpidError.self) { try plain.pictures(of: requests, settings) }
  }

  /// Half storage overflows on these latents; the autoencoder's result is that of f32.
  @Test func redoesInFloatWhatOverflows() throws {
    let folder = try Folder(Path(PipelineFixture(name: "sd15").path)).folder("vae")
    let model = try Model(component: folder)
    let latent = HostTensor([1, 4, 4, 4], (0..<64).map { 1e5 * Float($0 % 7 - 3) })
    let half = try LoadedNetwork(model, on: try Engine(.auto, dtype: .f16)).run(["latent": latent])
    let float = try LoadedNetwork(model, on: try Engine(.auto)).run(["latent": latent])
    #expect(half["decoded"]?.floats == float["decoded"]?.floats)
    let broken = HostTensor([1, 4, 4, 4], [Float](repeating: .nan, count: 64))
    let error = #expect(throws: LimpidError.self) {
      try LoadedNetwork(model, on: try Engine(.auto)).run(["latent": broken])
    }
    #expect(error?.description.contains("not finite") == true)
  }
}
