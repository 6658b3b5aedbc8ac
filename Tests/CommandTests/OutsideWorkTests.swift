import Batch
import Glibc
import Images
import Paths
import Pictures
import Processes
import Restoration
import Synchronization
import Testing

/// A run takes work that is no file and comes while it works.
@Suite(.serialized) struct OutsideWorkTests {
  /// An image in memory.
  private struct MemorySource: ImageSource {
    let name: Path
    let file: [UInt8]

    func read() throws -> (file: [UInt8], origin: ImageOrigin) { (file, ImageOrigin()) }

    func guide(
      by guides: GuideSources, unless isOver: () -> Bool
    ) throws(LimpidError) -> ImageGuide {
      try guides.guide(saying: ImageTexts(), showing: nil)
    }
  }

  /// What becomes of images.
  private final class MemorySink: ImageSink {
    let name: Path
    let file = Mutex<[UInt8]?>(nil)

    init(_ name: Path) { self.name = name }

    func prepare() throws {}

    func write(_ file: [UInt8], _ report: FileReport, of origin: ImageOrigin) throws {
      #expect(report.hash == Digest.of(file) && origin.stamp == nil)
      self.file.withLock { $0 = file }
    }

    func write(_ file: [UInt8], suffix: String) throws -> Path { "\(name)\(suffix)" }
  }

  enum Place: CaseIterable {
    case worker, thisProcess
  }

  private static func options(_ place: Place) -> BatchOptions {
    var options = BatchOptions()
    options.devices[0].device = "reference"
    switch place {
    case .worker:
      options.start = Worker.start(Command.path.path, patience: .seconds(300))
    case .thisProcess:
      options.start = { configuration throws(LimpidError) in try Restorer(configuration) }
    }
    return options
  }

  private static func job(_ index: Int, _ sink: MemorySink) throws -> Job {
    let image = SampleFiles.image(width: 20 + index, height: 12)
    let file = try image.encoded(as: EncodingOptions(format: .png)).bytes
    return Job(
      name: "\(index)", from: MemorySource(name: "upload \(index)", file: file), to: sink)
  }

  private static func next(_ run: BatchRun) -> BatchEvent {
    while true {
      if let event = run.next(within: .seconds(1)) { return event }
    }
  }

  /// Follows a run until one more job is done.
  private static func waitForOne(_ run: BatchRun) {
    while true {
      switch next(run) {
      case .done: return
      case .failed(let job, _, let error): Issue.record("\(job.source.name): \(error)")
      case .ended:
        Issue.record("the run has ended")
        return
      default: break
      }
    }
  }

  @Test func workFromMemoryIsRestoredAnywhereAlike() throws {
    var files: [[[UInt8]?]] = []
    for place in Place.allCases {
      let options = Self.options(place)
      let run = BatchRun(options, on: try BatchRun.startServices(options))
      let sinks = (0..<3).map { MemorySink("\($0).png") }
      for (index, sink) in sinks.enumerated() {
        // The run has nothing to do in between, and goes on.
        run.add([try Self.job(index, sink)])
        Self.waitForOne(run)
      }
      run.close()
      guard case .ended = Self.next(run) else {
        Issue.record("the run goes on")
        return
      }
      files.append(sinks.map { $0.file.withLock { $0 } })
    }
    #expect(files[0] == files[1] && !files[0].contains(nil))
    let image = try Image.decode(try #require(files[0][2]))
    #expect(image.width == 22 && image.height == 12)
  }

  @Test func whatIsWrongWithOneIsToldByItsName() throws {
    let options = Self.options(.thisProcess)
    let run = BatchRun(options, on: try BatchRun.startServices(options))
    let sink = MemorySink("a.png")
    run.add([Job(name: "a", from: MemorySource(name: "upload", file: [1, 2]), to: sink)])
    run.close()
    var failures: [String] = []
    events: while true {
      switch Self.next(run) {
      case .failed(_, .decode, let error): failures.append(error.description)
      case .ended: break events
      default: break
      }
    }
    #expect(failures.count == 1 && failures.allSatisfy { $0.hasPrefix("upload: ") })
    #expect(sink.file.withLock { $0 } == nil)
  }

  @Test(arguments: Place.allCases) func aCancelledServiceAnswersNothing(_ place: Place) throws {
    var options = Self.options(place)
    options.devices[0].system.tiling = .size(width: 64, height: 64)
    let service = try options.start(options.devices[0])
    let large = Picture(
      width: 512, height: 512, planes: [Float](repeating: 0.5, count: 3 * 512 * 512))
    WorkThread.start {
      // Time enough for a request, and not for an answer.
      usleep(300_000)
      service.cancel()
    }
    #expect(throws: ServiceFault.self) {
      try service.serve([Subject(large, seed: 0)]) { _ in }
    }
    #expect(throws: ServiceFault.self) {
      try service.serve([Subject(large, seed: 0)]) { _ in }
    }
  }
}
