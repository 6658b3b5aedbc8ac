import Images
import Paths
import Pictures
import Restoration

/// An image that is read from a file.
struct FileSource: ImageSource {
  /// A path.
  let name: Path
  let isHashed: Bool

  func read() throws -> (file: [UInt8], origin: ImageOrigin) {
    // Before the contents, so that a change while they are read is noticed by the next run.
    let origin = ImageOrigin(
      stamp: name.stamp, hash: isHashed ? Digest.ofFile(name) : nil)
    return (try InputFile.read(name, limit: ImageLimits().fileBytes), origin)
  }

  func guide(
    by guides: GuideSources, unless isOver: () -> Bool
  ) throws(LimpidError) -> ImageGuide {
    try guides.guide(for: name, unless: isOver)
  }
}
