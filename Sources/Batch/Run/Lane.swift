import Execution
import Pictures
import Restoration

/// One place where images are restored: a device and a service on it.
struct Lane: Sendable {
  let number: Int
  let worker: WorkerOptions
  /// The device's identifier.
  let device: String
  /// Pixels that keep the device busy.
  let pixelsPerRun: Int
  /// Whether images wait for those that could share their batch.
  let gathers: Bool
  /// Whether it takes only what other devices could not restore.
  let isFallback: Bool

  func accepts(_ image: DecodedImage) -> Bool {
    !image.refusals.contains(device) && (!isFallback || !image.refusals.isEmpty)
  }
}

/// The lanes of a run and what has become of them.
struct LaneList: Sendable {
  let all: [Lane]
  /// Under their lanes' numbers. The fallback's is started when it is needed.
  var services: [Int: any RestorationService] = [:]
  /// Lanes of which one thread starts a service.
  var starting: Set<Int> = []
  /// Lanes whose device was lost, and how.
  var lost: [Int: LimpidError] = [:]
  /// Under their lanes' numbers.
  var traffic: [LaneTraffic]

  init(_ services: [any RestorationService], _ options: BatchOptions) {
    let perDevice = max(services.count / max(options.devices.count, 1), 1)
    var lanes = services.enumerated().map { number, service in
      Lane(
        number: number,
        worker: options.devices[min(number / perDevice, options.devices.count - 1)],
        device: service.device.identifier, pixelsPerRun: service.device.pixelsPerRun,
        gathers: service.device.gathers,
        isFallback: false)
    }
    if var fallback = options.fallback {
      fallback.processes = 1
      lanes.append(
        Lane(
          number: lanes.count, worker: fallback, device: "fallback",
          pixelsPerRun: Engine.leastPixelsPerRun, gathers: false, isFallback: true))
    }
    all = lanes
    traffic = lanes.map { _ in LaneTraffic(weight: BatchRun.waitingPixels) }
    for (number, service) in services.enumerated() { self.services[number] = service }
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

extension BatchRun {
  /// Starts the services of every device.
  /// - Throws: ``LimpidError`` when one of the devices or the network is not to be had.
  package static func startServices(
    _ options: BatchOptions
  ) throws(LimpidError) -> [any RestorationService] {
    var services: [any RestorationService] = []
    for worker in options.devices {
      let first = try options.start(worker)
      services.append(first)
      for _ in 1..<first.device.processes {
        services.append(try options.start(worker))
      }
    }
    return services
  }
}
