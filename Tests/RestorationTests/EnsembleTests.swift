import Images
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

@Suite struct EnsembleTests {
  private static let picture = Picture(
    width: 13, height: 9, planes: (0..<3 * 117).map { Float(($0 * 37) % 101) / 100 })

  private func restorer(isEnsemble: Bool) throws -> Restorer {
    var options = SystemOptions()
    options.isEnsemble = isEnsemble
    return try Restorer(try Model(.denoiser), on: try Engine(.reference), options)
  }

  private func turned(_ picture: Picture, _ orientation: Orientation) -> Picture {
    let image = Image(
      width: picture.width, height: picture.height, channels: .rgb, samples: picture.planes
    ).upright(from: orientation)
    return Picture(width: image.width, height: image.height, planes: image.samples)
  }

  @Test func orientationsAreUndone() {
    for orientation in Orientation.allCases {
      #expect(turned(turned(Self.picture, orientation), orientation.inverse) == Self.picture)
    }
  }

  @Test func itIsTheMeanOfEightRestorations() throws {
    let single = try restorer(isEnsemble: false)
    var sum = [Double](repeating: 0, count: Self.picture.planes.count)
    for orientation in Orientation.allCases {
      let restored = try single.restore(turned(Self.picture, orientation))
      for (i, value) in turned(restored, orientation.inverse).planes.enumerated() {
        sum[i] += Double(value)
      }
    }
    let found = try restorer(isEnsemble: true).restore(Self.picture)
    #expect(found.width == 13 && found.height == 9)
    #expect(zip(found.planes, sum).allSatisfy { abs(Double($0) - $1 / 8) < 1e-6 })
    let plain = try single.restore(Self.picture)
    #expect(zip(found.planes, plain.planes).contains { abs($0 - $1) > 1e-3 })
  }

  /// A picture that is turned gives what the picture gives, turned.
  @Test func itDoesNotDependOnTheOrientation() throws {
    let ensemble = try restorer(isEnsemble: true)
    let straight = try ensemble.restore(Self.picture)
    let crooked = try ensemble.restore(turned(Self.picture, .turnedRight))
    let back = turned(crooked, .turnedLeft)
    #expect(zip(straight.planes, back.planes).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func batchesAndPredictionsFollow() throws {
    let ensemble = try restorer(isEnsemble: true)
    var shares: [Double] = []
    let both = try ensemble.restore(
      [Subject(turned(Self.picture, .turnedHalf), seed: 1), Subject(Self.picture, seed: 1)]
    ) { shares.append($0.share) }
    #expect(try both[1].get().picture == ensemble.restore(Self.picture))
    #expect(shares == shares.sorted() && shares.last == 1)
    let single = try restorer(isEnsemble: false).need(width: 64, height: 48)
    #expect(try ensemble.need(width: 64, height: 48).flops == 8 * single.flops)
  }
}
