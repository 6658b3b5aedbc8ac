import Glibc
import Synchronization

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
      try channel.send(WorkerRequest.configure(configuration))
      reply = try channel.receive(WorkerReply.self, patience: patience).0
    } catch {
      throw LimpidError(.temporary, "\(Self.fault(error, process, patience))")
    }
    switch reply {
    case .ready(let device): self.device = device
    case .refused(let kind, let message):
      throw LimpidError(LimpidError.Kind(rawValue: kind) ?? .failed, message)
    default: throw LimpidError(.failed, "the device's process is of another version")
    }
  }

  /// Restores pictures of one size.
  /// - Parameter report: told what is done.
  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) -> Void
  ) throws(Fault) -> [Outcome] {
    guard let first = subjects.first?.picture else { return [] }
    do {
      try channel.send(
        WorkerRequest.restore(
          subjects.map(WorkerSubject.init), width: first.width, height: first.height),
        subjects.map(\.picture.planes) + subjects.compactMap { $0.reference?.planes })
      var outcomes: [Outcome] = []
      while outcomes.count < subjects.count {
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
            .failure(LimpidError(LimpidError.Kind(rawValue: kind) ?? .failed, message)))
        default: throw MessageChannel.Fault.ended
        }
      }
      return outcomes
    } catch {
      throw Self.fault(error, process, patience)
    }
  }

  /// Ends the process at once; whoever waits for it learns so. May be called from any thread.
  package func end() { process.end() }

  private static func fault(
    _ error: any Error, _ process: WorkerProcess, _ patience: Duration
  ) -> Fault {
    let how = process.end()
    if case MessageChannel.Fault.silent = error {
      return .hung(Int(patience.components.seconds))
    }
    return .ended(how)
  }
}

extension WorkerReport {
  /// The turns, with the pictures that were kept of some.
  fileprivate func rounds(_ pictures: ArraySlice<Picture>) -> [RestorationRound] {
    let kept = Dictionary(zip(keptRounds, pictures)) { first, _ in first }
    return rounds.enumerated().map { RestorationRound(report: $1, picture: kept[$0]) }
  }
}

/// The process of a worker.
private final class WorkerProcess: Sendable {
  /// Connected to the process's standard input.
  let socket: Int32
  private let state: Mutex<State>

  private struct State {
    /// nil once it has been waited for.
    var id: pid_t?
    var how = "it was ended"
  }

  init(_ executable: String) throws(LimpidError) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw LimpidError(.temporary, "no socket: \(String(cString: strerror(errno)))")
    }
    defer { close(ends[1]) }
    socket = ends[0]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
    // What a driver prints must not get among the data on standard output.
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that Control-C reaches the parent alone.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var id = pid_t()
    var arguments = [strdup(executable), strdup("worker"), nil]
    defer { for argument in arguments { free(argument) } }
    let failure = posix_spawn(&id, executable, &actions, &attributes, &arguments, environ)
    guard failure == 0 else {
      close(ends[0])
      throw LimpidError(
        .temporary, "\(executable) cannot be started: \(String(cString: strerror(failure)))")
    }
    state = Mutex(State(id: id))
  }

  deinit {
    end()
    close(socket)
  }

  /// Ends the process unless it has ended, and says how it did.
  @discardableResult
  func end() -> String {
    state.withLock { state in
      guard let id = state.id else { return state.how }
      state.id = nil
      var status: Int32 = 0
      var waited = waitpid(id, &status, WNOHANG)
      if waited == 0 {
        // It closes its socket a moment before it can be waited for.
        usleep(20_000)
        waited = waitpid(id, &status, WNOHANG)
      }
      if waited == 0 {
        kill(id, SIGKILL)
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return state.how
      }
      let signal = status & 0x7F
      state.how =
        signal != 0
        ? String(cString: strsignal(signal)) : "exit code \(status >> 8 & 0xFF)"
      return state.how
    }
  }
}
