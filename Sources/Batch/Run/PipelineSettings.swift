import Pictures
import Restoration

/// How a pipeline works.
package struct PipelineSettings: Sendable {
  /// Threads that read and decode.
  package var loaders = 2
  /// Processes for each device; nil: one on a CPU, two on a GPU, whose transfers overlap.
  package var processes: Int?
  /// Threads that encode and write.
  package var savers = 2
  package var batching = BatchChoice.auto
  /// One for each device.
  package var devices = [WorkerConfiguration()]
  /// A device for images that none of the others could hold.
  package var fallback: WorkerConfiguration?
  /// A `limpid` command for the devices' processes.
  package var executable = "/proc/self/exe"
  /// How long a device may give no sign.
  package var patience = Duration.seconds(1800)
  package var output = OutputOptions()
  /// Where finished images are recorded; nil for nowhere.
  package var ledger: Ledger?
  /// Of the settings that decide what outputs are, for the ledger.
  package var fingerprint = ""
  /// Where texts and reference images come from.
  package var guides = GuideSources(GuideNeeds(), GuideOptions())
  /// Whether inputs are recorded by contents too.
  package var hashesInputs = false

  package init() {}

  /// Where the run's random numbers begin.
  var seed: UInt64 { devices.first?.system.sampling.seed ?? Restorer.defaultSeed }
}
