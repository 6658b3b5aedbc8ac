import OpenCLExecutor
import Pictures
import Processes
import Restoration

/// A process of its own in which a device restores pictures, so that a driver that crashes or
/// hangs takes nothing else with it.
package final class Worker: RestorationService {
  package let device: ServiceDevice
  private let channel: MessageChannel
  private let process: WorkerProcess
  private let patience: Duration
  private let line = Monitor(Line())

  /// The requests that were sent.
  private struct Line: Sendable {
    var isSending = false
    var sent = 0
    var answered = 0
    /// Why no more will be answered.
    var fault: ServiceFault?
  }

  /// Starts a process and waits until its device is ready.
  /// - Parameters:
  ///   - executable: a `limpid` command.
  ///   - patience: how long the process may say nothing before it counts as hung.
  /// - Throws: ``LimpidError`` when the device or the network is not to be had.
  package init(
    executable: String, _ options: WorkerOptions, patience: Duration
  ) throws(LimpidError) {
    let process: WorkerProcess
    do throws(WorkerProcess.Refusal) {
      process = try WorkerProcess(executable, "worker")
    } catch {
      throw LimpidError(.temporary, error.description)
    }
    self.process = process
    self.patience = patience
    channel = MessageChannel(descriptor: process.socket)
    let reply: WorkerReply
    do {
      try channel.send(WorkerRequest.configure(options), patience: patience)
      reply = try channel.receive(WorkerReply.self, patience: patience).0
    } catch {
      throw LimpidError(.temporary, "\(Self.fault(after: error, process, line, patience))")
    }
    switch reply {
    case .ready(let device): self.device = device
    case .refused(let error): throw error
    default: throw LimpidError(.failed, "the device's process is of another version")
    }
  }

  /// How workers are started; see ``BatchOptions/start``.
  /// - Parameters:
  ///   - executable: a `limpid` command.
  ///   - patience: how long a process may say nothing before it counts as hung.
  package static func start(
    _ executable: String = "/proc/self/exe", patience: Duration = .seconds(1800)
  ) -> BatchOptions.ServiceStart {
    { options throws(LimpidError) in
      try Worker(executable: executable, options, patience: patience)
    }
  }

  /// A request is sent while the process computes an earlier one.
  package func serve(
    _ subjects: [Subject], reporting report: (RestorationEvent) -> Void
  ) throws(ServiceFault) -> ServiceAnswer {
    guard !subjects.isEmpty else { return ServiceAnswer(results: [], peakBytes: 0, seconds: 0) }
    do {
      let place = try send(subjects)
      try wait(for: place)
      let answer = try receive(subjects.count, report)
      line.change { $0.answered += 1 }
      return answer
    } catch {
      throw Self.fault(after: error, process, line, patience)
    }
  }

  /// - Returns: the request's place in the line.
  private func send(_ subjects: [Subject]) throws -> Int {
    let place = line.wait { line -> Int? in
      guard !line.isSending else { return nil }
      line.isSending = true
      defer { line.sent += 1 }
      return line.sent
    }
    defer { line.change { $0.isSending = false } }
    let first = subjects[0].picture
    try channel.send(
      WorkerRequest.restore(
        subjects.map(WorkerSubject.init), width: first.width, height: first.height),
      subjects.map(\.picture.planes) + subjects.compactMap { $0.reference?.planes }
        + subjects.compactMap { $0.rightView?.planes },
      patience: patience)
    return place
  }

  /// Waits until all earlier requests have been answered.
  private func wait(for place: Int) throws(ServiceFault) {
    try line.wait { line -> Result<Void, ServiceFault>? in
      if let fault = line.fault { return .failure(fault) }
      return line.answered == place ? .success(()) : nil
    }.get()
  }

  /// - Parameter count: of the pictures that were sent.
  private func receive(
    _ count: Int, _ report: (RestorationEvent) -> Void
  ) throws -> ServiceAnswer {
    var results: [Result<RestoredPicture, LimpidError>] = []
    while true {
      let (reply, planes) = try channel.receive(WorkerReply.self, patience: patience)
      switch reply {
      case .told(let event): report(event)
      case .built(let count, let all): BuildAids.tell(count, of: all)
      case .restored(let made):
        guard let picture = RestoredPicture(made, planes) else { throw MessageChannel.Fault.ended }
        results.append(.success(picture))
      case .failed(let error): results.append(.failure(error))
      case .finished(let peakBytes, let seconds):
        guard results.count == count else { throw MessageChannel.Fault.ended }
        return ServiceAnswer(results: results, peakBytes: peakBytes, seconds: seconds)
      case .ready, .refused: throw MessageChannel.Fault.ended
      }
    }
  }

  /// Ends the process at once; whoever waits for it learns so.
  package func cancel() { process.end() }

  /// Ends the process, and says what was the matter with it: the same to all who wait for it.
  private static func fault(
    after error: any Error, _ process: WorkerProcess, _ line: Monitor<Line>, _ patience: Duration
  ) -> ServiceFault {
    if case MessageChannel.Fault.silent = error {
      let seconds = patience.components.seconds
      let hung = ServiceFault("the device gave no answer for \(seconds) s")
      line.change { $0.fault = $0.fault ?? hung }
    }
    let how = process.end()
    return line.change { line in
      let fault = line.fault ?? ServiceFault("the device's process ended: \(how)")
      line.fault = fault
      return fault
    }
  }
}
