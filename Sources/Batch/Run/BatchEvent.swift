import Paths
import Pictures
import Quality
import Restoration

/// What happens in a run, in order for each image.
package enum BatchEvent: Sendable {
  case started(Job)
  /// What the device has done of the image and of those that share its batch.
  case progressed(Job, RestorationEvent)
  case done(Job, FileReport)
  case failed(Job, BatchPhase, LimpidError)
  /// A device has answered for so many images together, with so much memory at the highest.
  case answered(images: Int, peakBytes: Int)
  /// Something that concerns no single image.
  case noted(String)
  /// The last event.
  case ended
}

/// Where an image is, or failed.
package enum BatchPhase: String, Sendable {
  case decode, compute, encode
}

/// What became of one file. Of several pages, times are sums and sizes the first page's.
package struct FileReport: Sendable {
  package var width = 0
  package var height = 0
  package var pages = 0
  /// Of all pages.
  package var pixels = 0
  /// Largest tile; nil when the image was restored whole.
  package var tile: (width: Int, height: Int)?
  /// Where the image's random numbers began; nil when none were drawn.
  package var seed: UInt64?
  package var decoding = Duration.zero
  /// Between the threads.
  package var queueing = Duration.zero
  /// The device's time, shared with the other images of a batch.
  package var computing = Duration.zero
  package var encoding = Duration.zero
  /// Bytes of device memory at the highest.
  package var peakBytes = 0
  /// SHA-256 of the output.
  package var hash = ""
  /// Of the first page; nil where it was not measured.
  package var quality: QualityReport?
  /// One line each.
  package var warnings: [String] = []
  /// Turns over the image, if the system takes several.
  package var rounds: [RestorationRound.Report] = []
  /// Paths of the pictures that were kept of them, in order.
  package var steps: [Path] = []
}
