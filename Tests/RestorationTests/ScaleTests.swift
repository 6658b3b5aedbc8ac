import Checkpoints
import Foundation
import IR
import Images
import Paths
import SystemFixtures
import Tensors
import Testing

@testable import Execution
@testable import Models
@testable import Networks
@testable import Pictures
@testable import Restoration

/// A network that doubles the sides of pictures, through the restorer.
@Suite(.serialized) struct ScaleTests {
  /// Nearest enlargement and a convolution.
  private struct Doubling: ImageNetwork {
    static let name = "Doubling"
    static let specimens = [Doubling()]
    let hyperparameters: [Hyperparameter] = []
    let inputChannels = 3
    let outputChannels = 3
    let scale = 2
    let sizeMultiple = 4
    var hasGlobalOperators = false

    init() {}
    init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) { self.init() }

    func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
      let padded = image.padded(.reflect, toMultipleOf: sizeMultiple)
      return padded.resized(.nearest, height: 2 * padded.height, width: 2 * padded.width)
        .conv(w.body, to: 3, kernel: 3)
        .cropped(height: 2 * image.height, width: 2 * image.width)
    }
  }

  private static let kernel = (0..<81).map { Float($0 * 37 % 101) / 505 - 0.1 }
  private static let bias: [Float] = [0.1, 0.2, 0.3]

  /// - Parameter isGlobal: whether it says that it looks at the whole image at once.
  private static func model(isGlobal: Bool = false) throws -> Model {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Safetensors.write(
      [
        ("body.weight", HostTensor([3, 3, 3, 3], kernel)), ("body.bias", HostTensor([3], bias)),
      ], to: Path(path))
    var network = Doubling()
    network.hasGlobalOperators = isGlobal
    let recognition = Recognition(
      architecture: network, descriptor: try network.descriptor, dialect: KeyDialect(prefix: ""),
      findings: [], matched: 2, unused: [])
    let checkpoint = Checkpoint(try SafetensorsFile(path: Path(path)))
    return try Model("doubling", at: .path(Path(path)), checkpoint, recognition)
  }

  private static func picture(_ width: Int, _ height: Int) -> Picture {
    Picture(
      width: width, height: height,
      planes: (0..<3 * width * height).map { Float($0 * 7919 % 1009) / 1009 })
  }

  private static func options(tile side: Int?) -> SystemOptions {
    var options = SystemOptions()
    options.tiling = side.map { .size(width: $0, height: $0) } ?? .never
    options.overlap = 4
    return options
  }

  /// What the network means, by loops.
  private static func doubled(_ picture: Picture) -> [Float] {
    let (width, height) = (picture.width, picture.height)
    /// The place in the picture of a row or column of the padded and doubled one.
    func source(_ position: Int, _ extent: Int) -> Int? {
      guard position >= 0, position / 2 < (extent + 3) / 4 * 4 else { return nil }
      return position / 2 < extent ? position / 2 : 2 * (extent - 1) - position / 2
    }
    var planes: [Float] = []
    for channel in 0..<3 {
      for y in 0..<2 * height {
        for x in 0..<2 * width {
          var sum = Double(bias[channel])
          for tap in 0..<27 {
            guard let row = source(y + tap % 9 / 3 - 1, height),
              let column = source(x + tap % 3 - 1, width)
            else { continue }
            sum +=
              Double(kernel[channel * 27 + tap])
              * Double(picture.planes[(tap / 9 * height + row) * width + column])
          }
          planes.append(Float(sum))
        }
      }
    }
    return planes
  }

  @Test(arguments: RestorerTests.devices)
  func tilesAreTheWhole(_ device: DeviceSelector) throws {
    let (model, engine) = (try Self.model(), try Engine(device, isStrict: device != .reference))
    let picture = Self.picture(75, 50)
    let whole = try Restorer(model, on: engine, Self.options(tile: nil)).restore(picture)
    #expect(whole.width == 150 && whole.height == 100)
    #expect(zip(whole.planes, Self.doubled(picture)).allSatisfy { abs($0 - $1) < 1e-5 })
    let restorer = try Restorer(model, on: engine, Self.options(tile: 32))
    let tiled = try restorer.restore([Subject(picture, seed: 0)])[0].get()
    #expect(tiled.tile?.width == 32 && tiled.warnings.isEmpty)
    #expect(tiled.picture == whole)
  }

  /// What is asked for beyond the network is refused; less is resampled, tiled or not.
  @Test(arguments: [nil, 32] as [Int?])
  func resultsShrink(tile: Int?) throws {
    let (model, engine) = (try Self.model(), try Engine(.reference))
    let picture = Self.picture(75, 50)
    let whole = try Restorer(model, on: engine, Self.options(tile: tile)).restore(picture)
    var options = Self.options(tile: tile)
    options.scale = 2
    #expect(try Restorer(model, on: engine, options).restore(picture) == whole)
    options.scale = 1
    let shrunk = try Restorer(model, on: engine, options).restore(picture)
    #expect(shrunk.width == 75 && shrunk.height == 50)
    let expected = PlaneResampling(from: (150, 100), to: (75, 50)).resampled(whole.planes)
    #expect(shrunk.planes == expected)
    #expect(
      TiledSystem<SinglePass>.settings(options).map { "\($0.name) \($0.value)" }
        == ["scale 1", "resampling bicubic"])
    options.scale = 3
    let error = #expect(throws: LimpidError.self) { try Restorer(model, on: engine, options) }
    #expect(error?.kind == .usage)
    #expect(error?.message == "Doubling enlarges sides 2 times, not 3 times")
  }

  /// Lanczos' filter is Pillow's (tools/fixtures/references.py).
  @Test(arguments: ["34x48", "40x57", "17x31"])
  func enlargesAsPillow(_ size: String) throws {
    let file = try SafetensorsFile(path: Path(Fixtures.path("references.safetensors")))
    let source = Picture(try file.tensor(named: "source"))
    let expected = try file.tensor(named: "lanczos.\(size)")
    let enlarged = source.resampled(
      width: expected.shape[2], height: expected.shape[1], by: .lanczos)
    let difference = zip(enlarged.planes, expected.floats).map { abs($0 - $1) }.max() ?? 1
    #expect(difference < 1e-5, "\(difference)")
  }

  @Test func ensemblesDoubleToo() throws {
    var options = Self.options(tile: nil)
    options.isEnsemble = true
    let restorer = try Restorer(Self.model(), on: Engine(.reference), options)
    let picture = try restorer.restore(Self.picture(9, 5))
    #expect(picture.width == 18 && picture.height == 10)
  }

  @Test func memoryIsPredicted() throws {
    let (model, engine) = (try Self.model(), try Engine(.auto))
    #expect(model.recognition.descriptor.scale == 2)
    let restorer = try Restorer(model, on: engine, Self.options(tile: nil))
    let need = try restorer.need(width: 75, height: 50)
    _ = engine.takePeakBytes()
    _ = try restorer.restore(Self.picture(75, 50))
    #expect(need.bytes == engine.takePeakBytes())
  }

  /// Transparency that is kept is resampled, and what would be too large is refused.
  @Test func imagesFollow() throws {
    let (width, height) = (13, 9)
    let alpha = (0..<width * height).map { Float($0 % 11) / 10 }
    let image = Image(
      width: width, height: height, channels: .rgba,
      samples: Self.picture(width, height).planes + alpha)
    let loaded = try LoadedImage(image, OutputOptions(), for: EncodingOptions(format: .png))
    let restorer = try Restorer(Self.model(), on: Engine(.reference), Self.options(tile: nil))
    let restored = try loaded.pictures.map { try restorer.restore($0) }
    let result = loaded.image(restored: restored, settings: nil)
    #expect(result.width == 2 * width && result.height == 2 * height)
    let expected = PlaneResampling(from: (width, height), to: (2 * width, 2 * height))
      .resampled(alpha).map { min(max($0, 0), 1) }
    #expect(Array(result.samples.suffix(4 * width * height)) == expected)
    let error = #expect(throws: LimpidError.self) {
      try restorer.restore(Self.picture(40_000, 1))
    }
    #expect(error?.description.contains("too many") == true)
  }
}
