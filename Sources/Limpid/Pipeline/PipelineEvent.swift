/// What happens in a pipeline, in order for each image.
package enum PipelineEvent: Sendable {
  case started(Job)
  /// What the device has done of the image and of those that share its batch.
  case progressed(Job, RestorationEvent)
  case done(Job, FileReport)
  case failed(Job, PipelineStage, LimpidError)
  /// Something that concerns no single image.
  case noted(String)
  /// The last event.
  case ended
}

/// Where an image is, or failed.
package enum PipelineStage: String, Sendable {
  case decode, compute, encode
}

/// What became of one file.
package struct FileReport: Sendable {
  package let width: Int
  package let height: Int
  /// Largest tile; nil when the image was restored whole.
  package let tile: (width: Int, height: Int)?
  /// Where the image's random numbers began; nil when none were drawn.
  package let seed: UInt64?
  package let decoding: Duration
  /// Between the stages.
  package let queueing: Duration
  /// The device's time, shared with the other images of a batch.
  package let computing: Duration
  package let encoding: Duration
  /// Bytes of device memory at the highest.
  package let peakBytes: Int
  /// SHA-256 of the output.
  package let hash: String
  /// One line each.
  package let warnings: [String]
  /// Turns over the image, if the system takes several.
  package let rounds: [RestorationRound.Report]
  /// Paths of the pictures that were kept of them, in order.
  package let steps: [String]
}
