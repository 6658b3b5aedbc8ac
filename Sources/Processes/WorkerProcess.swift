import Glibc
import Synchronization

/// A process that works for this one, in a group of its own.
package final class WorkerProcess: Sendable {
  /// Connected to the process's standard input.
  package let socket: Int32
  private let state: Mutex<State>

  private struct State {
    /// nil once it has been waited for.
    var id: pid_t?
    var how = "it was ended"
  }

  /// Why a process cannot be started.
  package struct Refusal: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Parameters:
  ///   - executable: a `limpid` command.
  ///   - subcommand: its only argument.
  package init(_ executable: String, _ subcommand: String) throws(Refusal) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw Refusal(description: "no socket: \(String(cString: strerror(errno)))")
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
    // A group of its own, so that Control-C reaches the parent alone. What asks for an end is the
    // parent's matter as well, and blocked, since drivers put handlers of their own in the place of
    // ours; all other signals come, which this thread may block.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGINT)
    sigaddset(&blocked, SIGTERM)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var id = pid_t()
    var arguments = [strdup(executable), strdup(subcommand), nil]
    defer { for argument in arguments { free(argument) } }
    let failure = posix_spawn(&id, executable, &actions, &attributes, &arguments, environ)
    guard failure == 0 else {
      close(ends[0])
      let reason = String(cString: strerror(failure))
      throw Refusal(description: "\(executable) cannot be started: \(reason)")
    }
    state = Mutex(State(id: id))
  }

  deinit {
    end()
    close(socket)
  }

  /// Ends the process unless it has ended, and says how it did.
  @discardableResult
  package func end() -> String {
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
