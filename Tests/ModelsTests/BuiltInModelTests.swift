import Models
import Paths
import Testing

@Suite struct BuiltInModelTests {
  @Test(arguments: [
    (BuiltInModel.denoiser, "NAFNet", 1), (.upscalerX2, "SRVGGNetCompact", 2),
    (.upscalerX4, "SRVGGNetCompact", 4), (.upRestorer, "Up-Restorer", 1),
  ])
  func isWhatItsNameSays(_ known: BuiltInModel, _ architecture: String, _ scale: Int) throws {
    let model = try Model(known.path)
    #expect(model.recognition.descriptor.architecture == architecture)
    #expect(model.architecture.scale == scale)
    #expect(model.recognition.unused.isEmpty)
    #expect(model.byteCount < 3 << 20)
  }

  @Test func theirFilesDiffer() throws {
    let digests = Set(try BuiltInModel.allCases.map { try #require(try Model($0).digest) })
    #expect(digests.count == BuiltInModel.allCases.count)
  }

  @Test(arguments: [
    (nil as Int?, BuiltInModel.denoiser), (1, .denoiser), (2, .upscalerX2), (3, .upscalerX4),
    (16, .upscalerX4),
  ])
  func theLeastThatReachesTheScaleIsTaken(_ scale: Int?, _ known: BuiltInModel) {
    #expect(BuiltInModel(enlarging: scale) == known)
  }
}
