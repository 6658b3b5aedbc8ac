import Images
import Testing

@testable import Pictures
@testable import Restoration

/// What else is made of a picture than the paper has.
extension AutoDIRTests {
  /// Several texts are followed one after another, each from what the one before left.
  @Test func followsSeveralTexts() throws {
    let picture = try AutoDIRFixture().picture()
    var options = Self.options(1)
    options.texts[.prompt] = ["a photo", "a photo an"]
    let both = try Self.system(options: options).restore([Subject(picture, seed: 1)]) { _ in }[0]
    #expect(both.rounds.map(\.report.label) == ["a photo", "a photo an"])
    options.texts[.prompt] = ["a photo"]
    let first = try Self.system(options: options).restore([Subject(picture, seed: 1)]) { _ in }[0]
    #expect(both.rounds[0].picture == first.picture)
    #expect(both.picture != first.picture)
    #expect(
      AutoDIRSystem.settings(options).first.map { "\($0.name) \($0.value)" }
        == "prompt 'a photo'")
  }

  /// What the diffusion made is kept alone and with all of the correction, whatever its weight is.
  @Test func keepsBothResults() throws {
    let picture = try AutoDIRFixture().picture()
    func restored(_ weight: StructureWeight, keepsBoth: Bool = false) throws -> RestoredPicture {
      var options = Self.options(1)
      options.degradations = [.lowResolution]
      (options.structureWeight, options.keepsBoth) = (weight, keepsBoth)
      return try Self.system(options: options).restore([Subject(picture, seed: 1)]) { _ in }[0]
    }
    let both = try restored(.paper, keepsBoth: true)
    #expect(both.kept.map(\.name) == ["step_1_diffused", "step_1_corrected"])
    #expect(try both.kept[0].picture == restored(.fixed(0)).picture)
    #expect(try both.kept[1].picture == restored(.fixed(1)).picture)
    #expect(try both.picture == restored(.paper).picture)
  }

  /// Colours are brought back to those before a step, in what is written and not in what goes on.
  @Test func bringsColoursBack() throws {
    let picture = try AutoDIRFixture().picture()
    func rounds(_ fix: ColourFix) throws -> [Picture] {
      var options = Self.options(1)
      options.degradations = [.blur, .haze]
      options.colourFix = fix
      let restored = try Self.system(options: options).restore([Subject(picture, seed: 1)]) { _ in }
      return restored[0].rounds.compactMap(\.picture)
    }
    let (plain, fixed) = (try rounds(.none), try rounds(.adain))
    // As the loop has it, where values are in [-1, 1].
    let before = PaddedImage(picture, multiple: 8).picture(truncating: false)
    #expect(fixed[0] == ColourFix.adain.applied(to: plain[0], as: before))
    #expect(fixed[1] == ColourFix.adain.applied(to: plain[1], as: plain[0]))
  }

  /// Small pictures are enlarged by a factor, or until the shorter side has so many pixels.
  @Test func enlargesFirst() throws {
    var options = Self.options(1)
    options.degradations = [.blur]
    options.upscale = 2
    let picture = try AutoDIRFixture().picture()
    let subject = Subject(picture, seed: 1)
    let twice = try Self.system(options: options).restore([subject]) { _ in }[0].picture
    #expect((twice.width, twice.height) == (2 * picture.width, 2 * picture.height))
    options.upscale = 1
    let enlarged = picture.resampled(
      width: twice.width, height: twice.height, by: .lanczos
    ).clamped
    let large = try Self.system(options: options).restore([Subject(enlarged, seed: 1)]) { _ in }
    #expect(large[0].picture == twice)
    options.leastSide = 60
    let sized = try Self.system(options: options).restore([subject]) { _ in }[0].picture
    #expect((sized.width, sized.height) == (80, 60))
    options.leastSide = 40
    let same = try Self.system(options: options).restore([subject]) { _ in }[0].picture
    #expect((same.width, same.height) == (picture.width, picture.height))
    let system = try Self.system(options: options)
    options.leastSide = 120
    let larger = try Self.system(options: options)
    #expect(try larger.need(width: 57, height: 43).flops > system.need(width: 57, height: 43).flops)
    options.upscale = 2
    #expect(throws: LimpidError.self) { try Self.system(options: options) }
  }

  /// The eight orientations remove what was found in the first.
  @Test func orientationsKeepToTheFirst() throws {
    let system = try Self.system(options: Self.options(1, rounds: 2))
    let picture = try AutoDIRFixture().picture()
    let found = try system.restore([Subject(picture, seed: 1)]) { _ in }[0].rounds
    let kept: [Degradation] = [.haze, .rain]
    #expect(found.map(\.report.label) != kept.map(\.rawValue))
    for degradations in [kept, [.haze], []] {
      let subject = Subject(picture, seed: 1, keepingTo: degradations)
      let rounds = try system.restore([subject]) { _ in }[0].rounds.map(\.report)
      #expect(rounds.filter(\.isChange).map(\.label) == degradations.map(\.rawValue))
    }
    var sum = [Float](repeating: 0, count: picture.planes.count)
    for (turn, orientation) in Orientation.allCases.enumerated() {
      let degradations = found.compactMap { Degradation(rawValue: $0.report.label) }
      let subject = Subject(
        Self.turned(picture, orientation), seed: 1, keepingTo: turn > 0 ? degradations : nil)
      let restored = try system.restore([subject]) { _ in }[0].picture
      sum = zip(sum, Self.turned(restored, orientation.inverse).planes).map { $0 + $1 }
    }
    let ensemble = try Restorer.ensemble([Subject(picture, seed: 1)], by: system) { _ in }[0]
    #expect(ensemble.picture.planes == sum.map { $0 / 8 })
    #expect(ensemble.rounds.map(\.report.label) == found.map(\.report.label))
  }

  private static func turned(_ picture: Picture, _ orientation: Orientation) -> Picture {
    let image = Image(
      width: picture.width, height: picture.height, channels: .rgb, samples: picture.planes
    ).upright(from: orientation)
    return Picture(width: image.width, height: image.height, planes: image.samples)
  }
}
