import Checkpoints
import Diffusion
import Foundation
import IR
import Networks
import Paths
import Synchronization
import SystemFixtures
import Tensors
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

/// Up-Restorer under C2F-DFT's sampler against PyTorch: see tools/fixtures/sampled.py.
@Suite(.serialized) struct SampledDenoiserTests {
  /// What the sampler was told.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let seed: UInt64
    let steps: Int
    var eta = 0.0
    var patches: (side: Int, stride: Int)?
    /// Whether the network is the built-in one.
    var isTrained = false

    static let random = [
      Case(name: "implicit", seed: 100, steps: 3),
      Case(name: "eta", seed: 7, steps: 4, eta: 0.7),
      Case(name: "patches", seed: 1 << 33 | 5, steps: 2, patches: (side: 16, stride: 5)),
    ]
    static let all = random + [Case(name: "trained", seed: 100, steps: 2, isTrained: true)]

    var testDescription: String { name }

    var options: SystemOptions {
      var options = SystemOptions()
      options.steps = steps
      options.eta = eta
      options.random = .cpu
      (options.patchSide, options.patchStride) = (patches?.side, patches?.stride)
      return options
    }

    func model() throws -> Model {
      isTrained ? try Model(.upRestorer) : try SampledDenoiserTests.model()
    }

    func file() throws -> SafetensorsFile { try SafetensorsFile(path: Path(fixture(name))) }
  }

  static func fixture(_ name: String) -> String { Fixtures.path("sampled/\(name).safetensors") }

  static func model() throws -> Model { try Model(Path(fixture("checkpoint"))) }

  @Test(arguments: Case.all, RestorerTests.devices)
  func everyStepIsPyTorchs(_ example: Case, on device: DeviceSelector) throws {
    let (file, engine) = (try example.file(), try Engine(device))
    let model = try example.model()
    let method = try SampledDenoiser(model, on: engine, example.options)
    let degraded = try file.tensor(named: "degraded")
    let (height, width) = (degraded.shape[2], degraded.shape[3])
    let tile = Tiling(width: width, height: height, tile: nil, overlap: 0, multiple: 8).tiles[0]
    let place = TileBatch.Place(tile: tile, width: width, height: height, seed: example.seed)
    let graph = try method.graph(batch: 1, height: height, width: width)
    let steps = StepwisePlan(try engine.plan(graph, weights: model.weights))
    var count = 0
    let image = try method.restore(
      TileBatch(images: degraded, places: [place]), with: steps, reporting: { count = Int($0) })
    let parts = method.parts(height: height, width: width)
    #expect((parts > 1) == (example.patches != nil))
    #expect(count == method.steps && steps.samples.count == count * parts)
    for index in 0..<count {
      let sample = steps.samples[(index + 1) * parts - 1]
      let comparison = Comparison(sample, with: try file.tensor(named: "sample.\(index)"))
      #expect(comparison.nmse <= 1e-9, "step \(index): \(comparison)")
    }
    let shown = Comparison(image, with: try file.tensor(named: "image"))
    #expect(shown.passes(.networkAgainstPyTorch(.f32)), "\(shown)")
  }

  /// The loop on the device gives what its steps give one by one, and the command's way in too.
  @Test(arguments: Case.all, RestorerTests.devices)
  func theLoopIsItsSteps(_ example: Case, on device: DeviceSelector) throws {
    let file = try example.file()
    let degraded = try file.tensor(named: "degraded")
    let (height, width) = (degraded.shape[2], degraded.shape[3])
    let picture = Picture(width: width, height: height, planes: degraded.floats)
    let restorer = try Restorer(example.model(), on: Engine(device), example.options)
    let restored = try restorer.restore(picture, seed: example.seed)
    let shown = Comparison(
      HostTensor(degraded.shape, restored.planes), with: try file.tensor(named: "image"))
    #expect(shown.passes(.networkAgainstPyTorch(.f32)), "\(shown)")
  }

  /// Neither the batch, nor the place in it, nor the order.
  @Test(arguments: Case.random, RestorerTests.devices)
  func batchesDoNotShow(_ example: Case, on device: DeviceSelector) throws {
    let engine = try Engine(device)
    let subjects = (0..<3).map { number in
      let planes = (0..<3 * 24 * 17).map { Float(($0 + number * 17) * 7919 % 1009) / 1009 }
      return Subject(
        Picture(width: 24, height: 17, planes: planes), seed: UInt64(number / 2) &+ example.seed)
    }
    var options = example.options
    options.batching = .size(1)
    let alone = try Restorer(Self.model(), on: engine, options)
    options.batching = .size(4)
    let together = try Restorer(Self.model(), on: engine, options)
    let results = try together.restore(subjects.reversed()).reversed()
    var pictures: Set<Picture> = []
    for (subject, result) in zip(subjects, results) {
      let restoration = try result.get()
      #expect(try alone.restore(subject.picture, seed: subject.seed) == restoration.picture)
      #expect(restoration.seed == subject.seed)
      pictures.insert(restoration.picture)
    }
    #expect(pictures.count == subjects.count)
  }

  /// A tile starts from its part of the whole picture's noise.
  @Test func tilesShareThePicturesNoise() throws {
    var stream = TorchGenerator(seed: 9)
    let whole = TileCanvas(3, 50, 40, stream.normals([1, 3, 40, 50]).floats)
    let layout = Tiling(width: 50, height: 40, tile: (32, 32), overlap: 4, multiple: 8)
    let tiles = layout.tiles.filter { $0.width == 32 && $0.height == 32 }
    let places = tiles.map { TileBatch.Place(tile: $0, width: 50, height: 40, seed: 9) }
    let images = TileCanvas.cut(tiles.map { (whole, $0) })
    var noise = TileNoise(TileBatch(images: images, places: places), .cpu)
    #expect(noise.next().floats == images.floats)
    #expect(noise.next().floats != images.floats)
  }

  /// What the finest prompt ends with lies beside the result, which it does not change; tiles have
  /// theirs, and pictures of a batch.
  @Test(arguments: RestorerTests.devices)
  func theTransmissionIsHandedOver(on device: DeviceSelector) throws {
    let engine = try Engine(device)
    let values = 3 * 23 * 20
    let planes = (0..<values).map { (index: Int) -> Float in Float(index * 7919 % 1009) / 1009 }
    let picture = Picture(width: 23, height: 20, planes: planes)
    func restored(_ edit: (inout SystemOptions) -> Void) throws -> RestoredPicture {
      var options = SystemOptions()
      edit(&options)
      return try Restorer(Self.model(), on: engine, options)
        .restore([Subject(picture, seed: 4)])[0].get()
    }
    let plain = try restored { _ in }
    let result = try restored { $0.writesTransmission = true }
    #expect(plain.kept.isEmpty && result.picture == plain.picture)
    #expect(result.kept.map(\.name) == ["transmission"])
    let map = result.kept[0].picture
    #expect(map.width == 23 && map.height == 20 && !result.kept[0].isState)
    let (plane, rest) = (map.planes.prefix(23 * 20), map.planes.dropFirst(23 * 20))
    #expect(rest.elementsEqual(plane + plane))
    #expect(plane.allSatisfy { 0 < $0 && $0 < 1 } && Set(plane).count > 20)
    let tiled = try restored {
      ($0.writesTransmission, $0.tiling, $0.overlap) = (true, .size(width: 16, height: 16), 4)
    }
    #expect(tiled.kept[0].picture.planes.count == map.planes.count)
    #expect(tiled.kept[0].picture != map)
  }

  @Test func noTransmissionOfPatchesNorOfOtherNetworks() throws {
    var options = SystemOptions()
    options.writesTransmission = true
    let other = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../NetworksTests/Fixtures/c2f-dft/checkpoint.safetensors")
    let models = [try Model(Path(other.standardized.path)), try Self.model()]
    for (model, side) in zip(models, [nil, 16]) {
      options.patchSide = side
      let error = #expect(throws: LimpidError.self) {
        try Restorer(model, on: Engine(.reference), options)
      }
      #expect(error?.kind == .usage)
    }
  }

  /// A network's own number of steps holds where none is given.
  @Test func networksSayTheirSteps() throws {
    let usual = try Self.model()
    var options = SystemOptions()
    #expect(RestorationSystems.completed(options, for: usual).steps == 3)
    #expect(RestorationSystems.completed(options, for: try Model(.upRestorer)).steps == 2)
    let method = try SampledDenoiser(Model(.upRestorer), on: Engine(.reference), options)
    #expect(method.steps == 2)
    options.steps = 5
    #expect(RestorationSystems.completed(options, for: usual).steps == 5)
    let bundled = try usual.recognition.choosing([
      Hyperparameter("sampling_timesteps", .integer(7))
    ])
    #expect((bundled.network as? UpRestorer)?.samplingSteps == 7)
    #expect(throws: (any Error).self) {
      try usual.recognition.choosing([Hyperparameter("sampling_timesteps", .integer(0))])
    }
  }

  @Test func stepsThatCannotBeAreRefused() throws {
    var options = SystemOptions()
    options.steps = 1001
    #expect(throws: LimpidError.self) {
      try Restorer(Self.model(), on: Engine(.reference), options)
    }
  }
}

/// Keeps what every step leaves for the next.
private final class StepwisePlan: Plan {
  private let plan: any Plan
  private let kept = Mutex([HostTensor]())
  var samples: [HostTensor] { kept.withLock { $0 } }
  var deviceBytes: Int { plan.deviceBytes }

  init(_ plan: any Plan) { self.plan = plan }

  func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    let results = try plan.run(operands)
    if let sample = results["sample"] { kept.withLock { $0.append(sample) } }
    return results
  }
}
