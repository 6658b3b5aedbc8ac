import Pictures
import Restoration

/// A process of its own in which a device restores pictures, so that a driver that crashes or
/// hangs takes nothing else with it.
package final class Worker: Sendable {
  /// Why a worker gave no answer.
  package enum Fault: Error, Sendable, CustomStringConvertible {
    /// The process ended.
    case ended(String)
    /// It said nothing for this many seconds, and was ended.
    case hung(Int)

    package var description: String {
      switch self {
      case .ended(let how): "the device's process ended: \(how)"
      case .hung(let seconds): "the device gave no answer for \(seconds) s"
      }
    }
  }

  /// What became of a picture.
  package typealias Outcome = Result<
    (picture: Picture, report: WorkerReport, rounds: [RestorationRound]), LimpidError
  >

  package let device: WorkerDevice
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
    var fault: Fault?
  }

  /// Starts a process and waits until its device is ready.
  /// - Parameters:
  ///   - executable: a `limpid` command.
  ///   - patience: how long the process may say nothing before it counts as hung.
  /// - Throws: ``LimpidError`` when the device or the network is not to be had.
  package init(
    executable: String, _ configuration: WorkerConfiguration, patience: Duration
  ) throws(LimpidError) {
    let process = try WorkerProcess(executable)
    self.process = process
    self.patience = patience
    channel = MessageChannel(descriptor: process.socket)
    let reply: WorkerReply
    do {
      try channel.send(WorkerRequest.configure(configuration), patience: patience)
      reply = try channel.receive(WorkerReply.self, patience: patience).0
    } catch {
      throw LimpidError(.temporary, "\(Self.fault(after: error, process, line, patience))")
    }
    switch reply {
    case .ready(let device): self.device = device
    case .refused(let kind, let message):
      throw LimpidError(kind, message)
    default: throw LimpidError(.failed, "the device's process is of another version")
    }
  }

  /// Restores pictures of one size. Several threads may ask at once: a request is sent while the
  /// process computes an earlier one, and they are answered in their order.
  /// - Parameter report: told what is done.
  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) -> Void
  ) throws(Fault) -> [Outcome] {
    guard !subjects.isEmpty else { return [] }
    do {
      let place = try send(subjects)
      try wait(for: place)
      let outcomes = try receive(subjects.count, report)
      line.change { $0.answered += 1 }
      return outcomes
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
      subjects.map(\.picture.planes) + subjects.compactMap { $0.reference?.planes },
      patience: patience)
    return place
  }

  /// Waits until all earlier requests have been answered.
  private func wait(for place: Int) throws(Fault) {
    try line.wait { line -> Result<Void, Fault>? in
      if let fault = line.fault { return .failure(fault) }
      return line.answered == place ? .success(()) : nil
    }.get()
  }

  /// - Parameter count: of the pictures that were sent.
  private func receive(
    _ count: Int, _ report: (RestorationEvent) -> Void
  ) throws -> [Outcome] {
    var outcomes: [Outcome] = []
    while outcomes.count < count {
      let (reply, planes) = try channel.receive(WorkerReply.self, patience: patience)
      switch reply {
      case .told(let event): report(event)
      case .restored(let made):
        var rest = planes[...]
        let pictures = (0...made.keptRounds.count).compactMap { _ in
          Picture(first: made.width, made.height, of: &rest)
        }
        guard pictures.count == 1 + made.keptRounds.count, rest.isEmpty else {
          throw MessageChannel.Fault.ended
        }
        outcomes.append(.success((pictures[0], made, made.rounds(pictures.dropFirst()))))
      case .failed(let kind, let message):
        outcomes.append(
          .failure(LimpidError(kind, message)))
      default: throw MessageChannel.Fault.ended
      }
    }
    return outcomes
  }

  /// Ends the process at once; whoever waits for it learns so. May be called from any thread.
  package func end() { process.end() }

  /// Ends the process, and says what was the matter with it: the same to all who wait for it.
  private static func fault(
    after error: any Error, _ process: WorkerProcess, _ line: Monitor<Line>, _ patience: Duration
  ) -> Fault {
    if case MessageChannel.Fault.silent = error {
      let seconds = Int(patience.components.seconds)
      line.change { $0.fault = $0.fault ?? .hung(seconds) }
    }
    let how = process.end()
    return line.change { line in
      let fault = line.fault ?? .ended(how)
      line.fault = fault
      return fault
    }
  }
}

extension WorkerReport {
  /// The turns, with the pictures that were kept of some.
  fileprivate func rounds(_ pictures: ArraySlice<Picture>) -> [RestorationRound] {
    let kept = Dictionary(zip(keptRounds, pictures)) { first, _ in first }
    return rounds.enumerated().map { RestorationRound(report: $1, picture: kept[$0]) }
  }
}
