import Paths
import Pictures
import Restoration

/// Hands the images of a list to a run as the list comes: who writes it has loaded models at hand
/// until its end.
package struct PathFeed: JobFeed {
  private let paths: PathStream
  private let naming: OutputNaming
  private let folder: Path
  private let files: FileOptions

  /// - Parameters:
  ///   - naming: of outputs, which lie in `folder`.
  ///   - files: how they are read and written.
  package init(
    _ paths: PathStream, _ naming: OutputNaming, into folder: Path, _ files: FileOptions
  ) {
    (self.paths, self.naming, self.folder, self.files) = (paths, naming, folder, files)
  }

  package func read(into run: BatchRun) throws(LimpidError) {
    var (paths, known) = (paths, [Path: FileJob]())
    while let path = try paths.next() { run.add([job(FoundImage(listed: path), beside: &known)]) }
  }

  /// What is wrong with an output's name is the image's fault alone.
  /// - Parameter known: jobs by their outputs.
  private func job(_ image: FoundImage, beside known: inout [Path: FileJob]) -> Job {
    let output = folder.appending(naming.output(for: image))
    let job = FileJob(input: image.path, output: output, relative: image.relative)
    let work = files.job(job)
    do throws(LimpidError) {
      if let other = known[output] { try job.requireOtherOutput(than: other, naming) }
      try job.requireFittingName(naming.format)
      known[output] = job
      return work
    } catch {
      return Job(name: work.name, from: RefusedImage(name: image.path, error: error), to: work.sink)
    }
  }
}

/// An image that cannot be restored, which is told when its turn comes.
private struct RefusedImage: ImageSource {
  let name: Path
  let error: LimpidError

  func read() throws -> (file: [UInt8], origin: ImageOrigin) { throw error }

  func guide(
    by guides: GuideSources, unless isOver: () -> Bool
  ) throws(LimpidError) -> ImageGuide { throw error }
}
