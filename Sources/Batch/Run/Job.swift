import Paths
import Pictures
import Restoration

/// One image that is to be restored: where it comes from, and where it goes.
package struct Job: Sendable {
  /// What it is called wherever it lies: its random numbers begin by that.
  package let name: Path
  package let source: any ImageSource
  package let sink: any ImageSink
  /// How this image is written; nil: as the run's options say.
  package var output: OutputOptions?
  /// Whose seed counts for this image; nil for the run's.
  package var seeding: SystemOptions?

  package init(name: Path, from source: any ImageSource, to sink: any ImageSink) {
    (self.name, self.source, self.sink) = (name, source, sink)
  }
}

/// Where an encoded image comes from.
package protocol ImageSource: Sendable {
  /// What messages call it.
  var name: Path { get }

  /// The whole file, read once.
  /// - Throws: what is told of the image.
  func read() throws -> (file: [UInt8], origin: ImageOrigin)

  /// Whether anybody still waits for the image; asked before a device works on it.
  var isWanted: Bool { get }

  /// What guides the image's restoration.
  /// - Parameters:
  ///   - guides: what the run has of it.
  ///   - isOver: asked several times a second whether to stop waiting.
  func guide(
    by guides: GuideSources, unless isOver: () -> Bool
  ) throws(LimpidError) -> ImageGuide
}

extension ImageSource {
  package var isWanted: Bool { true }
}

/// Where a restored image goes.
package protocol ImageSink: Sendable {
  /// What messages call it; its ending says the format, unless the run's options do.
  var name: Path { get }

  /// Checks what can be known before work is done.
  func prepare() throws

  /// Takes the whole file.
  /// - Parameter report: of it and how it was made.
  func write(_ file: [UInt8], _ report: FileReport, of origin: ImageOrigin) throws

  /// Takes a file that shows the image on the way to what it became.
  /// - Parameter suffix: what distinguishes it from others.
  /// - Returns: what it is called.
  func write(_ file: [UInt8], suffix: String) throws -> Path
}

/// What is known of a source as it was when it was read.
package struct ImageOrigin: Sendable {
  /// nil of what is no file.
  package var stamp: Path.Stamp?
  /// SHA-256; nil where nobody asked.
  package var hash: String?
  /// See ``ImageGuide/digest``.
  package var guide: String?

  package init(stamp: Path.Stamp? = nil, hash: String? = nil) {
    (self.stamp, self.hash) = (stamp, hash)
  }
}
