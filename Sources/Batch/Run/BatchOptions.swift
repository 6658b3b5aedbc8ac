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

  /// Where the random numbers of a picture begin.
  func imageSeed(for path: Path) -> UInt64 {
    (devices.first?.system ?? SystemOptions()).imageSeed(for: path)
  }
}
