import Pictures
import Tensors
import Testing

@testable import Restoration

/// What CLIP is shown of a picture to find out what is wrong with it.
@Suite struct AssessmentCropTests {
  /// Pictures smaller than the crop lie between zeros; of an odd rest the larger half comes first.
  @Test func cutsTheMiddle() {
    let image = HostTensor([1, 3, 2, 5], [Float](repeating: 1, count: 30))
    let cut = AssessmentCrops(perSide: 1).cut(from: image, side: 3).floats
    let (one, zero) = ((1 - Float(0.48145466)) / 0.26862954, -Float(0.48145466) / 0.26862954)
    #expect(cut.prefix(9) == [zero, zero, zero, one, one, one, one, one, one])
  }

  /// From edge to edge, row by row, and none twice.
  @Test func cutsSeveral() {
    let image = HostTensor([1, 3, 2, 7], (0..<42).map { Float($0 % 14) })
    let cut = AssessmentCrops(perSide: 3).cut(from: image, side: 2)
    #expect(cut.shape == [3, 3, 2, 2])
    #expect(AssessmentCrops(perSide: 3).count((width: 7, height: 2), side: 2) == 3)
    let lefts = (0..<3).map { cut.outermost($0).floats[0] * 0.26862954 + 0.48145466 }
    for (left, column) in zip(lefts, [0, 3, 5] as [Float]) {
      #expect(abs(left * 2 - 1 - column) < 1e-4)
    }
    #expect(AssessmentCrops(perSide: 8).count((width: 3, height: 3), side: 2) == 4)
    #expect(AssessmentCrops(perSide: 8).count((width: 1, height: 9), side: 2) == 8)
  }

  /// Every crop has the same say: probabilities are the mean of those of the crops.
  @Test func cropsHaveTheSameSay() throws {
    let (width, height) = (112, 56)
    let planes = (0..<3 * width * height).map { Float($0 * 7919 % 1009) / 1009 }
    let picture = Picture(width: width, height: height, planes: planes)
    func probabilities(_ crops: Int, of picture: Picture) throws -> [Float] {
      var options = AutoDIRTests.options(1, rounds: 1)
      options.assessmentCrops = crops
      let system = try AutoDIRTests.system(options: options)
      let restored = try system.restore([Subject(picture, seed: 1)]) { _ in }[0]
      return restored.rounds[0].report.probabilities.map(\.value)
    }
    let one = try probabilities(1, of: picture)
    let four = try probabilities(2, of: picture)
    #expect(one != four && abs(four.reduce(0, +) - 1) < 1e-5)
    // Four times the same crop is that crop.
    let flat = Picture(width: width, height: height, planes: planes.map { _ in 0.25 })
    for (single, mean) in zip(try probabilities(1, of: flat), try probabilities(2, of: flat)) {
      #expect(abs(single - mean) < 1e-6)
    }
  }
}
