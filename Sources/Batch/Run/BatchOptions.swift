import Images
import Paths
import Pictures
import Restoration

/// How a run goes about its images.
package struct BatchOptions: Sendable {
  /// Threads that read and decode.
  package var loaders = 2
  /// Threads that encode and write.
  package var savers = 2
  package var batching = BatchingPolicy.auto
  /// How long an image waits for others of its size that may share its batch, while none are known
  /// to be on their way.
  package var queueDelay = Duration.zero
  /// What inputs may ask for.
  package var limits = ImageLimits()
  /// One for each device.
  package var devices = [WorkerOptions()]
  /// A device for images that none of the others could hold.
  package var fallback: WorkerOptions?
  /// Starts what restores on a device: a process of its own, unless said otherwise.
  package var start: ServiceStart = Worker.start()
  package var output = OutputOptions()
  /// Where texts and reference images come from.
  package var guides = GuideSources(GuideNeeds(), SystemOptions())

  /// What restored images are measured against; nil where nobody wants to know.
  package var references: ReferenceImages?

  package typealias ServiceStart =
    @Sendable (WorkerOptions) throws(LimpidError) -> any RestorationService

  package init() {}

  /// Where the random numbers of an image begin.
  func seed(of image: DecodedImage) -> UInt64 {
    (image.job.seeding ?? devices.first?.system ?? SystemOptions()).imageSeed(for: image.path)
  }

  /// How a job's image is written.
  func output(of job: Job) -> OutputOptions { job.output ?? output }
}
