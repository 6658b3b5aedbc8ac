import Images
import Paths
import Pictures
import Restoration

/// Hands the frames of a stream to a run as they come, and no more of them than memory should hold.
package struct FrameFeed: JobFeed {
  private let reader: FrameReader
  private let name: Path
  private let output: FrameOutput
  /// Frames that are restored already, which are passed over.
  package let done: Int

  /// - Parameters:
  ///   - name: what the stream is called wherever it lies: frames' random numbers begin by that.
  ///   - descriptor: where restored frames are written, which is left open.
  ///   - target: what messages call that.
  ///   - written: frames that are there already.
  package init(
    _ reader: FrameReader, named name: Path, to descriptor: Int32, _ target: Path,
    after written: WrittenFrames = WrittenFrames()
  ) {
    (self.reader, self.name, done) = (reader, name, written.count)
    output = FrameOutput(target, on: descriptor, after: written)
  }

  package func read(into run: BatchRun) throws(LimpidError) {
    var (reader, place) = (reader, done)
    for frame in 0..<done {
      guard try reader.next() != nil else {
        throw LimpidError(
          .failed, "\(reader.name): it ends before frame \(frame + 1), which is restored already")
      }
    }
    while output.waitForRoom(at: place), let file = try reader.next() {
      let label: Path = "\(reader.name) frame \(place + 1)"
      let job = Job(
        name: place == 0 ? name : "\(name)#\(place + 1)", from: Frame(name: label, file: file),
        to: FramePlace(name: label, place: place, output: output))
      run.add([job])
      place += 1
    }
    guard place > 0 else { throw LimpidError(.failed, "\(reader.name): it holds no frames") }
  }
}

/// A frame in memory.
private struct Frame: ImageSource {
  let name: Path
  let file: [UInt8]

  func read() throws -> (file: [UInt8], origin: ImageOrigin) { (file, ImageOrigin()) }

  /// No file lies beside it.
  func guide(
    by guides: GuideSources, unless isOver: () -> Bool
  ) throws(LimpidError) -> ImageGuide {
    try guides.guide(saying: ImageTexts(), showing: nil)
  }
}

/// Where a frame goes in a stream.
private struct FramePlace: ImageSink {
  let name: Path
  let place: Int
  let output: FrameOutput

  func prepare() {}

  func write(_ file: [UInt8], _ report: FileReport, of origin: ImageOrigin) throws {
    try output.put(file, at: place)
  }

  func write(_ file: [UInt8], suffix: String) throws -> Path {
    throw LimpidError(.usage, "frames have nothing beside them", remedy: .leaveOut(["keep-steps"]))
  }
}
