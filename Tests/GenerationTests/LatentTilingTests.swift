import Diffusion
import Glibc
import IR
import Networks
import Paths
import Tensors
import Testing

@testable import Execution
@testable import Generation
@testable import Models
@testable import Pictures

/// Latents in tiles: inside a sampler's steps, and through the autoencoder.
@Suite struct LatentTilingTests {
  private static let tiling = EvenTiling(side: 8, overlap: 4)

  /// Tiles cover a map with one size, that of the largest side at most, and overlap enough.
  @Test(arguments: [(128, 192), (97, 64), (300, 96), (41, 1000), (96, 97)])
  func tilesHaveOneSize(_ height: Int, _ width: Int) throws {
    let choice = EvenTiling.denoising
    let tiles = try #require(choice.layout(height: height, width: width)).tiles
    #expect(Set(tiles.map { [$0.height, $0.width] }).count == 1)
    #expect(
      tiles[0].height <= min(choice.side, height) && tiles[0].width <= min(choice.side, width))
    for (length, spans) in [(height, tiles.map(\.row)), (width, tiles.map(\.column))] {
      let starts = Set(spans.map(\.pixels.lowerBound)).sorted()
      let extent = spans[0].pixels.count
      #expect(starts[0] == 0 && starts[starts.count - 1] + extent == length)
      #expect(zip(starts, starts.dropFirst()).allSatisfy { $0 + extent - $1 >= choice.overlap })
    }
    #expect(choice.layout(height: 96, width: 96) == nil)
  }

  /// 1024 x 1536 pixels cost a quarter more than their share.
  @Test func tilesCostLittleMoreThanTheirShare() throws {
    let tiles = try #require(EvenTiling.denoising.layout(height: 128, width: 192)).tiles
    let area = tiles.reduce(0) { $0 + $1.height * $1.width }
    #expect(Double(area) / (128 * 192) < 1.3)
  }

  /// A sampler's loop in tiles is the loop on the host over tiles of a U-Net that is run alone,
  /// guided and blended with their energy.
  @Test(arguments: TextToImageTests.devices)
  func estimatesAreBlended(on device: DeviceSelector) throws {
    let folder = try Folder(Path(PipelineFixture(name: "sd15").path)).folder("unet")
    let model = try Model(component: folder)
    let loop = try DenoisingLoop(model, on: try Engine(device))
    let program = try Self.program(steps: 3)
    var noise = ImageNoise(.cpu, seeds: [1, 2])
    let start = noise.draw([2, 4, 11, 17])
    let texts = HostTensor([2, 77, 16], (0..<2 * 77 * 16).map { Float($0 % 13) / 6 - 1 })
    let none = texts.zeros
    var task = DenoisingLoop.Task(
      program, guidance: .classifierFree(scale: 3), start: start,
      conditions: [
        .conditional: ["encoder_hidden_states": texts],
        .unconditional: ["encoder_hidden_states": none],
      ])
    task.tiling = Self.tiling
    var steps: [Int] = []
    let sample = try loop.run(task, noise: &noise) { if $0.endsStep { steps.append($0.step) } }
    #expect(steps == [1, 2, 3])
    let network = LoadedNetwork(model, on: try Engine(.auto))
    for image in 0..<2 {
      var expected = start.outermost(image)
      for step in program.steps {
        let output = try Self.blend(of: expected) { tile in
          let answers = try [none, texts].map { context in
            try network.run([
              "sample": tile, "timestep": HostTensor([1], [Float(step.timestep)]),
              "encoder_hidden_states": context.outermost(image),
            ])["sample"]!.floats
          }
          return zip(answers[0], answers[1]).map { -2 * $0 + 3 * $1 }
        }
        let updated = zip(expected.floats, output).map {
          Float(step.sample[.sample]) * $0 + Float(step.sample[.output]) * $1
        }
        expected = HostTensor(expected.shape, updated)
      }
      let comparison = Comparison(sample.outermost(image), with: expected)
      #expect(comparison.psnr >= 80, "image \(image) on \(device): \(comparison)")
    }
  }

  /// A deterministic sampler that scales nothing and keeps nothing.
  private static func program(steps: Int) throws -> SamplerProgram {
    try SamplerProgram(
      steps: (0..<steps).map {
        .init(timestep: 900 - 300 * Double($0), sample: 0.9 * .sample + -0.3 * .output)
      })
  }

  /// The mean of a network's answers over tiles, weighted by distances from their edges, where two
  /// of them overlap with a deviation that becomes theirs.
  private static func blend(
    of map: HostTensor, network: (HostTensor) throws -> [Float]
  ) rethrows -> [Float] {
    let (channels, height, width) = (map.shape[1], map.shape[2], map.shape[3])
    let layout = tiling.layout(height: height, width: width)!
    let (tiles, ramp) = (layout.tiles, layout.ramp)
    var sum = [Double](repeating: 0, count: map.count)
    var (squares, shared) = (sum, sum.map { _ in 1.0 })
    for tile in tiles {
      let canvas = TileCanvas(channels, width, height, map.floats)
      let answer = try network(TileCanvas.cut([(canvas, tile)]))
      for channel in 0..<channels {
        for (y, row) in tile.row.pixels.enumerated() {
          for (x, column) in tile.column.pixels.enumerated() {
            let weight =
              Self.weight(row, tile.row, ramp.rows, tiles.map(\.row))
              * Self.weight(column, tile.column, ramp.columns, tiles.map(\.column))
            let index = (channel * height + row) * width + column
            let value = Double(answer[(channel * tile.height + y) * tile.width + x])
            sum[index] += weight * value
            squares[index] += weight * value * value
            shared[index] -= weight * weight
          }
        }
      }
    }
    return (0..<channels).flatMap { channel in
      let plane = channel * height * width..<(channel + 1) * height * width
      return energetic(Array(sum[plane]), Array(squares[plane]), Array(shared[plane]))
    }
  }

  /// The mean of a channel with the variance of what it was made of.
  private static func energetic(
    _ mean: [Double], _ squares: [Double], _ shared: [Double]
  ) -> [Float] {
    func average(_ value: (Int) -> Double) -> Double {
      mean.indices.reduce(0) { $0 + value($1) } / shared.reduce(0, +)
    }
    let gap = average { squares[$0] - mean[$0] * mean[$0] }
    let centre = average { shared[$0] * mean[$0] }
    let variance = average { shared[$0] * squares[$0] } - centre * centre
    let disagreement = min(max(gap / variance, 0), 1)
    return mean.indices.map {
      Float(centre + (mean[$0] - centre) / (1 - disagreement * shared[$0]).squareRoot())
    }
  }

  /// From `reach` before the middle of what neighbours share to as far behind it, it falls from 1
  /// to 0, and the ratio of both weights is the tangent of an angle that grows evenly.
  private static func weight(
    _ position: Int, _ span: Tiling.Span, _ reach: Int, _ all: [Tiling.Span]
  ) -> Double {
    func rise(over seam: Int) -> Double {
      let share = Double(position - seam + reach + 1) / Double(2 * reach + 1)
      let tangent = tan(min(max(share, 0), 1) * .pi / 2)
      return tangent / (1 + tangent)
    }
    let last = all.map(\.pixels.upperBound).max()!
    let rising = span.core.lowerBound == 0 ? 1 : rise(over: span.core.lowerBound)
    let falling = span.core.upperBound == last ? 0 : rise(over: span.core.upperBound)
    return rising * (1 - falling)
  }

  /// Tiles do not end the independence of pictures from their batch, and one settings' bits are the
  /// same each time.
  @Test func tiledPicturesDoNotDependOnTheirBatch() throws {
    let fixture = PipelineFixture(name: "controlnet")
    var (subjects, settings) = try fixture.request()
    settings.tiling = EvenTiling(side: 8, overlap: 2)
    settings.tilesAutoencoder = true
    (settings.width, settings.height, settings.steps) = (64, 40, 2)
    for index in subjects.indices {
      subjects[index].controlImage = Picture(
        width: 64, height: 40,
        planes: (0..<3 * 64 * 40).map { Float(($0 * (7 + index)) % 101) / 100 })
    }
    let pipeline = try fixture.pipeline(on: .auto)
    let together = try pipeline.pictures(of: subjects, settings)
    for (subject, picture) in zip(subjects, together) {
      let other = try fixture.pipeline(on: .auto)
      #expect(try other.pictures(of: [subject], settings) == [picture])
    }
    settings.tiling = nil
    #expect(try pipeline.pictures(of: subjects, settings) != together)
  }

  /// Where one tile holds a pixel it is that tile's; in between the autoencoder's tiles are
  /// blended.
  @Test func autoencoderBlendsItsTiles() throws {
    let folder = try Folder(Path(PipelineFixture(name: "sd15").path)).folder("vae")
    let autoencoder = try LatentAutoencoder(try Model(component: folder), on: try Engine(.auto))
    let latent = HostTensor([1, 4, 5, 12], (0..<240).map { Float($0 * 37 % 101) / 50 - 1 })
    let tiles = try #require(Self.tiling.layout(height: 5, width: 12)).tiles
    #expect(tiles.map(\.column.pixels) == [0..<8, 4..<12])
    let whole = try autoencoder.image(of: latent, tiling: Self.tiling)
    let parts = try tiles.map { tile in
      try autoencoder.image(
        of: TileCanvas.cut([(TileCanvas(4, 12, 5, latent.floats), tile)])
      ).floats
    }
    for index in 0..<whole.count {
      let (row, x) = (index / 48, index % 48)
      let weight = min(max((Float(x - 16) + 0.5) / 16, 0), 1)
      let left = x < 32 ? parts[0][row * 32 + x] : 0
      let right = x >= 16 ? parts[1][row * 32 + x - 16] : 0
      let expected = weight == 0 ? left : weight == 1 ? right : left + weight * (right - left)
      #expect(abs(whole.floats[index] - expected) < 1e-5)
    }
    let image = try autoencoder.encode(image: whole, tiling: Self.tiling)
    #expect(image.mean.shape == latent.shape && image.logvar.shape == latent.shape)
    #expect(try autoencoder.encode(image: whole).mean.floats != image.mean.floats)
  }
}
