import Diffusion
import Foundation
import Images
import Paths
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

/// A part of a photo that the built-in Up-Restorer has never seen gets better.
@Suite struct BuiltInRestorerTests {
  private static let side = 96

  private static func photo() throws -> Picture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/demo/astronaut.png").standardized
    let image = try Image.decode([UInt8](Data(contentsOf: path)))
    let (top, left) = (60, 120)
    let planes = (0..<3).flatMap { channel in
      (0..<side).flatMap { row in
        let start = (channel * image.height + top + row) * image.width + left
        return image.samples[start..<start + side]
      }
    }
    return Picture(width: side, height: side, planes: planes)
  }

  /// - Parameter change: of a value at a row and a column.
  private static func changed(
    _ picture: Picture, _ change: (_ value: Float, _ row: Int, _ column: Int) -> Float
  ) -> Picture {
    let planes = picture.planes.enumerated().map { index, value in
      let (row, column) = (index / side % side, index % side)
      return min(max(change(value, row, column), 0), 1)
    }
    return Picture(width: side, height: side, planes: planes)
  }

  /// The scattering model, farther at the top.
  private static func hazy(_ picture: Picture) -> Picture {
    changed(picture) { value, row, _ in
      let transmission = exp(-1.2 * (1 - 0.8 * Float(row) / Float(side)))
      return value * transmission + 0.88 * (1 - transmission)
    }
  }

  /// Drops that add to what is behind them, drawn out over 15 rows and slanting, as many and as
  /// bright as those of tools/train/evaluate_restorer.py.
  private static func rainy(_ picture: Picture) -> Picture {
    var streaks = [Float](repeating: 0, count: side * side)
    for drop in 0..<128 {
      let (top, left) = (drop * 7919 % 1009 % side, drop * 6271 % 1013 % side)
      for step in 0..<15 {
        let row = (top + step) % side * side
        let (whole, share) = (left + step / 4, Float(step % 4) / 4)
        streaks[row + whole % side] += 0.147 * (1 - share)
        streaks[row + (whole + 1) % side] += 0.147 * share
      }
    }
    return changed(picture) { $0 + streaks[$1 * side + $2] }
  }

  private static func noisy(_ picture: Picture) -> Picture {
    var generator = TorchGenerator(seed: 3)
    let noise = generator.normals([3, side, side]).floats.map { $0 * 25 / 255 }
    let planes = zip(picture.planes, noise).map { min(max($0 + $1, 0), 1) }
    return Picture(width: side, height: side, planes: planes)
  }

  private static func decibels(_ picture: Picture, of clean: Picture) -> Float {
    let errors = zip(picture.planes, clean.planes).map { ($0 - $1) * ($0 - $1) }
    return -10 * log10(errors.reduce(0, +) / Float(errors.count))
  }

  @Test func hazeRainAndNoiseGo() throws {
    let clean = try Self.photo()
    let degraded = [Self.hazy(clean), Self.rainy(clean), Self.noisy(clean)]
    let restorer = try Restorer(Model(.upRestorer), on: Engine(.auto), SystemOptions())
    let results = try restorer.restore(degraded.map { Subject($0, seed: 1) })
    for ((given, result), least) in zip(zip(degraded, results), [2, 3, 5] as [Float]) {
      let before = Self.decibels(given, of: clean)
      let gain = Self.decibels(try result.get().picture, of: clean) - before
      #expect(gain > least, "\(gain) dB")
    }
  }
}
