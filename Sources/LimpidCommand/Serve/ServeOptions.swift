import ArgumentParser
import Paths
import Pictures
import Restoration

/// Where a server listens, and to whom.
struct ListeningOptions: ParsableArguments {
  @Option(help: "The address to listen at. Others than this machine's own need keys.")
  var host = ServeSettings().host

  @Option(help: "The port to listen at; 0 for any that is free, which is told.")
  var port = ServeSettings().port

  @Option(
    help: """
      A file with a key in each line, as NAME:KEY or KEY; requests have to bring one, as \
      'Authorization: Bearer KEY'.
      """)
  var apiKeyFile: Path?

  @Flag(help: "Let everybody ask who reaches the address, without a key.")
  var iKnowItIsOpen = false

  @Option(help: "A name that requests may call the server by; may be given several times.")
  var allowHost: [String] = []

  @Option(help: "The origin of pages that may ask; may be given several times.")
  var corsOrigin: [String] = []

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    guard isLoopback || apiKeyFile != nil || iKnowItIsOpen else {
      throw ValidationError(
        "--host \(host) is open to others: give --api-key-file, or --i-know-it-is-open")
    }
  }

  private var isLoopback: Bool { ["localhost", "::1"].contains(host) || host.hasPrefix("127.") }

  func apply(to settings: inout ServeSettings) {
    (settings.host, settings.port) = (host, port)
    (settings.keyFile, settings.isOpen) = (apiKeyFile, iKnowItIsOpen)
    (settings.hosts, settings.origins) = (allowHost, corsOrigin)
  }
}

/// Which models are served, and how.
struct ServedModelOptions: ParsableArguments {
  @Option(
    name: [.customShort("n"), .long],
    help: """
      The name of a model that is served; may be given several times, the first is that of \
      requests without one. When left out, the built-in ones and all in --model-path.
      """)
  var model: [Path] = []

  @Option(name: [.customShort("m"), .long], help: "A folder of bundles and checkpoints.")
  var modelPath: Path?

  @Option(help: "Models with their options that are loaded at once; others wait for room.")
  var maxLoadedModels = ServeSettings().loadedModels

  @Option(
    help: "Device memory in GiB beyond which models go that were not used for the longest time.")
  var maxLoadedMemory: Double?

  @Option(help: "Pictures of one size that are restored together at most, or auto.")
  var maxBatchSize = ServeSettings().batching

  @Option(help: "Microseconds that a picture waits for others of its size.")
  var maxQueueDelay = 0

  @Option(name: .customLong("max-vram"), help: "Device memory in GiB that each model may use.")
  var maxVRAM: Double?

  @Option(help: "Seconds after which a silent device counts as hung.")
  var watchdog = ServeSettings().watchdog

  func validate() throws {
    guard (1...64).contains(maxLoadedModels) else {
      throw ValidationError("--max-loaded-models is 1 to 64")
    }
    guard (0...60_000_000).contains(maxQueueDelay) else {
      throw ValidationError("--max-queue-delay is 0 to 60000000")
    }
    guard (1...86_400).contains(watchdog) else {
      throw ValidationError("--watchdog is 1 to 86400")
    }
    for (name, value) in [("memory", maxLoadedMemory), ("vram", maxVRAM)] {
      if let value, !(0.001...65_536).contains(value) {
        throw ValidationError("--max-\(name == "vram" ? "" : "loaded-")\(name) is a number of GiB")
      }
    }
  }

  func apply(to settings: inout ServeSettings) {
    (settings.models, settings.modelFolder) = (model, modelPath)
    (settings.loadedModels, settings.loadedBytes) = (maxLoadedModels, Self.bytes(maxLoadedMemory))
    (settings.batching, settings.queueDelay) = (maxBatchSize, .microseconds(maxQueueDelay))
    (settings.memoryLimit, settings.watchdog) = (Self.bytes(maxVRAM), watchdog)
  }

  private static func bytes(_ gibibytes: Double?) -> Int? {
    gibibytes.map { Int($0 * Double(1 << 30)) }
  }
}

extension BatchingPolicy: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }

  package var defaultValueDescription: String {
    switch self {
    case .auto: "auto"
    case .size(let size): "\(size)"
    }
  }
}
