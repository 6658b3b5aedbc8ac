import Foundation
import Limpid
import Testing

@Suite struct TextToImageTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "SystemFixtures/Fixtures/pipelines/sd15")

  @Test func textsBecomePictures() async throws {
    let pipeline = try await TextToImage(Self.folder, on: .reference)
    var settings = TextToImage.Options()
    (settings.steps, settings.width, settings.height) = (2, 16, 24)
    let progress = WorkProgress()
    let requests = [TextToImage.Request("rain"), TextToImage.Request("rain", seed: 1)]
    let pictures = try await pipeline.pictures(of: requests, settings, reportingTo: progress)
    #expect(pictures.map(\.width) == [16, 16] && pictures.map(\.height) == [24, 24])
    #expect(pictures[0] != pictures[1])
    let steps = await progress.reduce(into: [Int]()) { steps, update in
      if case .step(_, let number, 3) = update.event { steps.append(number) }
    }
    // The folder's sampler (PNDM) asks the network once more than it has steps.
    #expect(steps == [1, 2, 3])
    #expect(try await pipeline.pictures(of: [requests[1]], settings) == [pictures[1]])
  }

  @Test func settingsOutOfTheirRangeAreRefused() async throws {
    let pipeline = try await TextToImage(Self.folder, on: .reference)
    let changes: [(inout TextToImage.Options) -> Void] = [
      { $0.steps = 0 }, { $0.guidanceScale = .nan }, { $0.width = 17 }, { $0.latentTile = 31 },
      { $0.controlRange = 0.5...2 },
    ]
    for (index, change) in changes.enumerated() {
      var settings = TextToImage.Options()
      change(&settings)
      let error = await #expect(throws: LimpidError.self) {
        try await pipeline.pictures(of: [.init("rain")], settings)
      }
      #expect(error?.kind == .invalidRequest, "\(index): \(String(describing: error))")
    }
  }
}
