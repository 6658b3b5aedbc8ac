import Glibc
import Tensors

/// The inside of a worker process: restores what its socket brings until that closes.
package enum WorkerLoop {
  /// Serves the process at the other end of standard input, which is a socket.
  package static func run() {
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
    endWithParent()
    let channel = MessageChannel(descriptor: STDIN_FILENO)
    do {
      guard case .configure(let configuration) = try channel.receive(WorkerRequest.self).0 else {
        return
      }
      let restorer: Restorer
      do throws(LimpidError) {
        restorer = try Restorer(configuration)
      } catch {
        try channel.send(WorkerReply.refused(kind: error.kind.rawValue, message: "\(error)"))
        return
      }
      try channel.send(WorkerReply.ready(restorer.engine.workerDevice))
      while true { try serve(restorer, channel) }
    } catch {}
  }

  /// Ends the process when the socket closes, whatever it is doing then.
  private static func endWithParent() {
    WorkThread.start {
      var socket = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      while poll(&socket, 1, -1) < 0 {}
      _exit(0)
    }
  }

  private static func serve(_ restorer: Restorer, _ channel: MessageChannel) throws {
    let (request, planes) = try channel.receive(WorkerRequest.self)
    guard case .restore(let orders, let width, let height) = request,
      let subjects = Self.subjects(orders, planes, width, height)
    else { throw MessageChannel.Fault.ended }
    let start = ContinuousClock.now
    _ = restorer.engine.memory?.takePeak()
    let results: [Result<Restoration, LimpidError>]
    do throws(LimpidError) {
      results = try restorer.restore(subjects) {
        try channel.send(WorkerReply.told($0))
      }
    } catch {
      results = subjects.map { _ in .failure(error) }
    }
    let took = ContinuousClock.now - start
    let peak = restorer.engine.memory?.takePeak() ?? 0
    for result in results {
      switch result {
      case .success(let restoration):
        var report = WorkerReport(
          width: restoration.picture.width, height: restoration.picture.height,
          tile: restoration.tile.map { [$0.width, $0.height] }, seed: restoration.seed,
          peakBytes: peak, seconds: took / .seconds(1) / Double(subjects.count),
          warnings: restoration.warnings)
        let rounds = restoration.rounds
        report.rounds = rounds.map(\.report)
        report.keptRounds = rounds.indices.filter { rounds[$0].picture != nil }
        try channel.send(
          WorkerReply.restored(report),
          [restoration.picture.planes] + rounds.compactMap { $0.picture?.planes })
      case .failure(let error):
        try channel.send(WorkerReply.failed(kind: error.kind.rawValue, message: "\(error)"))
      }
    }
  }

  /// The subjects whose pixels came with their orders; nil when they do not fit.
  private static func subjects(
    _ orders: [WorkerSubject], _ planes: [Float], _ width: Int, _ height: Int
  ) -> [Subject]? {
    var rest = planes[...]
    let pictures = orders.compactMap { _ in Picture(first: width, height, of: &rest) }
    let references = orders.map { order in
      order.reference.map { Picture(first: $0.width, $0.height, of: &rest) }
    }
    guard !orders.isEmpty, pictures.count == orders.count, rest.isEmpty else { return nil }
    var subjects: [Subject] = []
    for (order, (picture, reference)) in zip(orders, zip(pictures, references)) {
      if case .some(nil) = reference { return nil }
      subjects.append(
        Subject(picture, seed: order.seed, texts: order.texts, reference: reference ?? nil))
    }
    return subjects
  }
}

extension Restorer {
  package convenience init(_ configuration: WorkerConfiguration) throws(LimpidError) {
    guard let choice = DeviceChoice(configuration.device) else {
      throw LimpidError(.unavailable, "no device '\(configuration.device)'")
    }
    let engine = try Engine(
      choice, precision: configuration.halvesStorage ? .f16 : .f32,
      isStrict: configuration.isStrict, memoryLimit: configuration.memoryLimit)
    try self.init(Model(configuration.model), on: engine, configuration.system)
  }
}

extension Engine {
  fileprivate var workerDevice: WorkerDevice {
    WorkerDevice(
      identifier: identifier, description: description, driver: device?.driver,
      isGPU: device?.isGPU ?? false, notice: notice)
  }
}
