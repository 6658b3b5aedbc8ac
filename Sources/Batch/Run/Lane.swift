import Execution
import Pictures

/// One place where images are restored: a device and a process on it.
struct Lane: Sendable {
  let number: Int
  let configuration: WorkerConfiguration
  /// The device's identifier.
  let device: String
  /// Pixels that keep the device busy.
  let pixelsPerRun: Int
  /// Whether it takes only what other devices could not restore.
  let isFallback: Bool

  func accepts(_ image: DecodedImage) -> Bool {
    !image.refusals.contains(device) && (!isFallback || !image.refusals.isEmpty)
  }
}

/// The lanes of a pipeline and what has become of them.
struct LaneList: Sendable {
  let all: [Lane]
  /// Under their lanes' numbers. The fallback's is started when it is needed.
  var workers: [Int: Worker] = [:]
  /// Lanes of which one thread starts a worker.
  var starting: Set<Int> = []
  /// Lanes whose device was lost, and how.
  var lost: [Int: LimpidError] = [:]
  /// Under their lanes' numbers.
  var traffic: [LaneTraffic]

  init(_ workers: [Worker], _ settings: PipelineSettings) {
    let perDevice = max(workers.count / max(settings.devices.count, 1), 1)
    var lanes = workers.enumerated().map { number, worker in
      Lane(
        number: number,
        configuration: settings.devices[min(number / perDevice, settings.devices.count - 1)],
        device: worker.device.identifier, pixelsPerRun: worker.device.pixelsPerRun,
        isFallback: false)
    }
    if let fallback = settings.fallback {
      lanes.append(
        Lane(
          number: lanes.count, configuration: fallback, device: "fallback",
          pixelsPerRun: Engine.leastPixelsPerRun, isFallback: true))
    }
    all = lanes
    traffic = lanes.map { _ in LaneTraffic(weight: Pipeline.waitingPixels) }
    for (number, worker) in workers.enumerated() { self.workers[number] = worker }
  }

  func isAccepted(_ image: DecodedImage) -> Bool {
    all.contains { lost[$0.number] == nil && $0.accepts(image) }
  }

  /// How many waiting images the lane leaves to others: a first batch takes any, and one that
  /// would wait behind it none that another device could begin with.
  func spared(by lane: Lane) -> Int {
    guard traffic[lane.number].count > 0 else { return 0 }
    return all.count { $0.number != lane.number && !$0.isFallback && lost[$0.number] == nil }
  }

  /// Whether the image is the lane's to take. One that has lost its device takes what no other
  /// would, so that nothing waits for ever.
  func isFor(_ lane: Lane, _ image: DecodedImage) -> Bool {
    lost[lane.number] == nil ? lane.accepts(image) : !isAccepted(image)
  }
}

extension Pipeline {
  /// Starts the processes of every device.
  /// - Throws: ``LimpidError`` when one of the devices or the network is not to be had.
  package static func startWorkers(_ settings: PipelineSettings) throws(LimpidError) -> [Worker] {
    var workers: [Worker] = []
    for configuration in settings.devices {
      let first = try start(configuration, settings)
      workers.append(first)
      for _ in 1..<max(settings.processes ?? first.device.processes, 1) {
        workers.append(try start(configuration, settings))
      }
    }
    return workers
  }

  static func start(
    _ configuration: WorkerConfiguration, _ settings: PipelineSettings
  ) throws(LimpidError) -> Worker {
    try Worker(
      executable: settings.executable, configuration, patience: settings.patience)
  }
}
