import Execution
import Foundation
import Models
import OpenCL
import Pictures
import Restoration
import Testing

/// What happens when the device's memory does not suffice.
@Suite(.serialized) struct LadderTests {
  private static func picture(_ width: Int, _ height: Int, _ seed: Int = 0) -> Picture {
    let values = (0..<3 * width * height).map { Float(($0 + seed) * 7919 % 1009) / 1009 }
    return Picture(width: width, height: height, planes: values)
  }

  /// From all of the memory to a fiftieth: in coarse steps unless LIMPID_MEMORY_STEP says how many
  /// percent one is.
  private static let percents: [Int] = {
    let step = ProcessInfo.processInfo.environment["LIMPID_MEMORY_STEP"].flatMap { Int($0) }
    guard let step, step > 0 else { return [100, 90, 60, 40, 20, 10, 5, 2] }
    return Array(stride(from: 100, through: 2, by: -step))
  }()

  /// From all the memory that is needed down to a fiftieth: the result is that of the tiles that
  /// it says, or there is none, and the device has all of its memory back.
  @Test func lessMemoryGivesTilesAndThenAFailure() throws {
    let engine = try Engine(.cpu)
    let memory = try #require(engine.memory)
    let picture = Self.picture(272, 260)
    let model = try Model(.denoiser)
    _ = try Restorer(model, on: engine).restore(picture)
    let need = memory.takePeak()
    #expect(memory.bytes == 0 && need > 0)
    var (tiled, failed) = (0, 0)
    for percent in Self.percents {
      memory.setLimit(need * percent / 100)
      do {
        let restorer = try Restorer(model, on: engine)
        let result = try restorer.restore([Subject(picture, seed: 0)])[0].get()
        memory.setLimit(.max)
        var options = SystemOptions()
        options.tiling = result.tile.map { .size(width: $0.width, height: $0.height) } ?? .never
        let expected = try Restorer(model, on: engine, options).restore(picture)
        #expect(result.picture == expected, "\(percent) %")
        if result.tile != nil { tiled += 1 }
      } catch {
        #expect(error.kind == .temporary)
        failed += 1
      }
      #expect(memory.bytes == 0, "\(percent) %")
    }
    #expect(tiled > 0 && failed > 0)
  }

  /// A limit that is known beforehand leads to tiles at once.
  @Test func aKnownLimitIsPlannedFor() throws {
    let limit = 8 << 20
    let engine = try Engine(.cpu, memoryLimit: limit)
    let picture = Self.picture(144, 130)
    let restorer = try Restorer(Model(.denoiser), on: engine)
    let result = try restorer.restore([Subject(picture, seed: 0)])[0].get()
    #expect(result.tile != nil)
    #expect(try #require(engine.memory).takePeak() <= limit)
  }

  @Test(arguments: RestorerTests.devices)
  func batchesDoNotShow(_ device: DeviceSelector) throws {
    let engine = try Engine(device)
    let pictures = (0..<3).map { Self.picture(24, 16, $0 * 17) }
    var options = SystemOptions()
    options.batching = .size(1)
    let alone = try Restorer(Model(.denoiser), on: engine, options)
    options.batching = .size(4)
    let together = try Restorer(Model(.denoiser), on: engine, options)
    let results = try together.restore(pictures.map { Subject($0, seed: 0) })
    for (picture, result) in zip(pictures, results) {
      #expect(try result.get().picture == alone.restore(picture))
    }
  }

  /// Values that are no numbers are what they are.
  @Test func brokenResultsAreFailures() throws {
    let restorer = try Restorer(Model(.denoiser), on: Engine(.reference))
    var planes = Self.picture(16, 16).planes
    planes[5] = .nan
    let broken = Picture(width: 16, height: 16, planes: planes)
    let results = try restorer.restore(
      [broken, Self.picture(16, 16)].map { Subject($0, seed: 0) })
    #expect(throws: LimpidError.self) { try results[0].get() }
    #expect(try results[1].get().picture.width == 16)
  }
}
