import Foundation
import Limpid
import Testing

/// Restorers as a package sees them that imports `Limpid` alone.
@Suite struct RestorerTests {
  private static func restorer(
    _ change: (inout Restorer.Configuration) -> Void = { _ in }
  ) async throws(LimpidError) -> Restorer {
    var configuration = Restorer.Configuration()
    configuration.device = .reference
    change(&configuration)
    return try await Restorer(configuration)
  }

  @Test func devicesEndWithTheReference() async throws {
    let devices = try await Device.all()
    #expect(devices.last?.kind == .reference)
    #expect(Set(devices.map(\.id)).count == devices.count)
    for (index, device) in devices.dropLast().enumerated() {
      #expect(device.id == "opencl:\(index)" && device.memoryBytes ?? 0 > 0)
    }
    #expect(try await Self.restorer().device == devices.last)
  }

  @Test func picturesTogetherAreWhatTheyAreAlone() async throws {
    let restorer = try await Self.restorer()
    let pictures = (0..<2).map { Picture.noisy(20, 12, seed: $0) }
    let together = try await restorer.restore(pictures.map { Restorer.Subject($0) })
    for (picture, result) in zip(pictures, together) {
      let alone = try await restorer.restore(picture)
      #expect(try result.get() == alone && alone.tile == nil)
    }
  }

  @Test func filesKeepWhatTheOptionsDoNotChange() async throws {
    let folder = try Folder()
    var options = OutputOptions()
    options.bitDepth = .sixteen
    try await Picture.noisy(20, 12).write(to: folder.file("in.png"), options)
    let restorer = try await Self.restorer()
    let progress = WorkProgress()
    let pages = try await restorer.restoreFile(
      at: folder.file("in.png"), to: folder.file("out.tif"), reportingTo: progress)
    let updates = await progress.reduce(into: []) { $0.append($1) }
    #expect(pages.count == 1 && updates.last?.share == 1)
    let written = try await Picture(contentsOf: folder.file("out.tif"))
    for (kept, value) in zip(written.planes, pages[0].picture.planes) {
      #expect(abs(kept - min(max(value, 0), 1)) <= 1 / 65_535)
    }
  }

  @Test func aCancelledTaskEndsItsWork() async throws {
    let restorer = try await Self.restorer {
      $0.tiles = .size(Size(width: 16, height: 16))
      $0.tileOverlap = 0
      $0.batchSize = 1
    }
    let progress = WorkProgress()
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await restorer.restore(.noisy(256, 256), reportingTo: progress)
    }
    await #expect(throws: LimpidError(.cancelled, "the task was cancelled")) {
      try await work.value
    }
    let updates = await progress.reduce(into: 0) { count, _ in count += 1 }
    #expect(updates < 256)
    // It is none the worse for it.
    #expect(try await restorer.restore(.noisy(16, 16)).picture.width == 16)
  }

  private static let outOfRange: [@Sendable (inout Restorer.Configuration) -> Void] = [
    { $0.tiles = .size(Size(width: 8, height: 64)) }, { $0.tileOverlap = -1 },
    { $0.scale = 17 }, { $0.batchSize = 0 }, { $0.memoryLimit = 0 }, { $0.sampling.steps = 0 },
    { $0.sampling.eta = .nan }, { $0.sampling.patches = Sampling.Patches(side: 32, stride: 33) },
    { $0.localStatistics = LocalStatistics(trainingSize: 4) },
    { $0.guidance.referenceSide = 100 }, { $0.guidance.captionCommand = "a\nb" },
    { $0.guidance.texts.content = "\u{7}" }, { $0.autoDIR.mostRounds = 8 },
    { $0.autoDIR.structureWeight = .fixed(.infinity) }, { $0.mrir.upscale = 0 },
    { $0.model = URL(string: "https://example.org/network") },
  ]

  @Test(arguments: outOfRange.indices)
  func whatIsOutOfItsRangeIsRefused(_ index: Int) async {
    let error = await #expect(throws: LimpidError.self) {
      try await Self.restorer(Self.outOfRange[index])
    }
    #expect(error?.kind == .invalidRequest, "\(index): \(String(describing: error))")
  }

  @Test func errorsSayTheirKind() async throws {
    let folder = try Folder()
    try await Picture.noisy(16, 16).write(to: folder.file("a.png"))
    let restorer = try await Self.restorer()
    let other = Restorer.Subject(.noisy(16, 8))
    let attempts: [(LimpidError.Kind, () async throws -> Void)] = [
      (.deviceUnavailable, { _ = try await Self.restorer { $0.device = .openCL(99) } }),
      (.inputUnavailable, { _ = try await Self.restorer { $0.model = folder.file("none") } }),
      (.invalidRequest, { _ = try await restorer.restore([other, .init(.noisy(8, 16))]) }),
      (
        .invalidRequest,
        {
          let said = Restorer.Subject(.noisy(16, 8), texts: .init(content: "a cat"))
          _ = try await restorer.restore([said])
        }
      ),
      (.outputUnavailable, { try await Picture.noisy(8, 8).write(to: folder.file("a.png")) }),
      (
        .outputUnavailable,
        { try await restorer.restoreFile(at: folder.file("a.png"), to: folder.file("a.png")) }
      ),
      (
        .inputUnavailable,
        { try await restorer.restoreFile(at: folder.file("b.png"), to: folder.file("c.png")) }
      ),
    ]
    for (kind, attempt) in attempts {
      let error = await #expect(throws: LimpidError.self) { try await attempt() }
      #expect(error?.kind == kind, "\(String(describing: error))")
    }
  }
}
