import Paths
import Restoration
import Tensors

/// How a server is set up: what the flags of `limpid serve` say.
package struct ServeSettings: Sendable {
  /// Where it listens; port 0 stands for any that is free.
  package var host = "127.0.0.1"
  package var port = 8080
  /// Keys that requests may have; nil where none is asked for.
  package var keyFile: Path?
  /// Whether others than this machine may ask without a key.
  package var isOpen = false
  /// Names that requests may call the server by, besides addresses and `localhost`.
  package var hosts: [String] = []
  /// Origins of pages that may ask.
  package var origins: [String] = []

  /// Names of models that are served; empty for all that there are.
  package var models: [Path] = []
  /// Where bundles and checkpoints are; nil for the built-in models alone.
  package var modelFolder: Path?
  package var device = "auto"
  /// nil for what suits each model; see ``StoragePrecision``.
  package var dtype: DType?
  package var isStrict = false
  /// Bytes of device memory for each model.
  package var memoryLimit: Int?
  /// Seconds after which a silent device counts as hung.
  package var watchdog = 1800
  /// Models, with options, that are loaded at once.
  package var loadedModels = 4
  /// Bytes of device memory that loaded models may take before those used least recently go.
  package var loadedBytes: Int?
  package var batching = BatchingPolicy.auto
  /// How long a picture waits for others of its size.
  package var queueDelay = Duration.zero

  package var limits = ServeLimits()
  /// Seconds that pictures at hand have when the server is told to end.
  package var grace = 30

  package init() {}
}

/// How much clients may ask for.
package struct ServeLimits: Sendable {
  /// Of a request's body.
  package var uploadBytes = 64 << 20
  /// Of a picture, width times height.
  package var pixels = 64 << 20
  /// Pictures that wait or are restored.
  package var queueSize = 256
  /// Bytes of their files, and of those that are being read.
  package var queueBytes = 1 << 30
  /// Seconds that they will take, as far as that is known.
  package var queueSeconds = 600
  /// Pictures of one key.
  package var keySize = 64
  package var connections = 1024
  /// Seconds without a byte, and for all of a request's body.
  package var idleSeconds = 30
  package var bodySeconds = 120
  /// Seconds for an answer that is waited for.
  package var answerSeconds = 120
  /// How long results of jobs are kept, and how many bytes of them.
  package var resultSeconds = 600
  package var resultBytes = 1 << 30

  package init() {}
}
