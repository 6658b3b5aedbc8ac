import Batch
import Paths
import Pictures
import Restoration

/// A job is where a run has its picture from, and where the result goes.
extension ServedJob: ImageSource, ImageSink {
  package var name: Path { "the picture" }

  package var isWanted: Bool { !isOver }

  package func read() throws -> (file: [UInt8], origin: ImageOrigin) {
    (try takeUpload(), ImageOrigin())
  }

  /// No file lies beside it; what belongs to it came with it.
  package func guide(
    by guides: GuideSources, unless isOver: () -> Bool
  ) throws(LimpidError) -> ImageGuide {
    try takePictures().guide(by: self.guides)
  }

  package func prepare() {}

  package func write(_ file: [UInt8], _ report: FileReport, of origin: ImageOrigin) {
    keep(file)
  }

  package func write(_ file: [UInt8], suffix: String) throws -> Path {
    throw LimpidError(.usage, "an answer is one picture", remedy: .leaveOut(["keep-steps"]))
  }

  /// What a run is to do.
  var work: Job {
    var work = Job(name: fileName, from: self, to: self)
    (work.output, work.seeding) = (output, system)
    return work
  }
}
