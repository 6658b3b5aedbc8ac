import Glibc
import Images
import Paths

/// A command of the shell that is run for what it prints.
struct ShellCommand: Sendable {
  let text: String
  let patience: Duration
  /// Bytes of its output at the most.
  let limit: Int

  enum Fault: Error {
    case cannotStart(Int32)
    /// It took longer than it may.
    case slow
    /// It wrote more than it may.
    case talkative
    /// The caller wants it no more.
    case stopped
    /// How it ended, and the last line of its standard error.
    case failed(String, said: String)
  }

  /// What the command prints when it is given `arguments` behind its own.
  /// - Parameter isOver: asked several times a second whether to stop waiting.
  func output(_ arguments: [Path], unless isOver: () -> Bool) throws(Fault) -> [UInt8] {
    let (out, err) = (try Pipe(), try Pipe())
    let process = try start(arguments, out, err)
    out.closeWriting()
    err.closeWriting()
    let deadline = ContinuousClock.now + patience
    var (written, said, status) = ([UInt8](), [UInt8](), Int32(0))
    // The command may leave children behind, which are not waited for.
    defer { kill(-process, SIGKILL) }
    while true {
      let hasEnded = retrying { waitpid(process, &status, WNOHANG) } == process
      out.drain(into: &written, atMost: limit + 1)
      err.drain(into: &said, atMost: limit)
      if hasEnded { break }
      let fault: Fault? =
        isOver() ? .stopped : written.count > limit ? .talkative : .now >= deadline ? .slow : nil
      if let fault {
        kill(-process, SIGKILL)
        _ = retrying { waitpid(process, &status, 0) }
        throw fault
      }
      out.wait(orFor: err, milliseconds: 50)
    }
    guard written.count <= limit else { throw .talkative }
    guard status == 0 else { throw .failed(Self.end(status), said: Self.lastLine(said)) }
    return written
  }

  private func start(_ arguments: [Path], _ out: Pipe, _ err: Pipe) throws(Fault) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, out.writing, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, err.writing, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, to be ended as one; signals as usual, which this thread may block.
    var (none, usual) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&usual)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let words: [Path] = ["sh", "-c", "\(text) \"$@\"", "sh"] + arguments
    var vector = words.map { strdup($0.cString) } + [nil]
    defer { for word in vector { free(word) } }
    var process = pid_t()
    let failure = posix_spawn(&process, "/bin/sh", &actions, &attributes, &vector, environ)
    guard failure == 0 else { throw .cannotStart(failure) }
    return process
  }

  private static func end(_ status: Int32) -> String {
    let signal = status & 0x7F
    return signal == 0
      ? "ended with exit code \(status >> 8 & 0xFF)"
      : "was ended: \(String(cString: strsignal(signal)))"
  }

  private static func lastLine(_ bytes: [UInt8]) -> String {
    let line = bytes.split { $0 == 0x0A || $0 == 0x0D }.last ?? []
    return String(decoding: line.prefix(200), as: UTF8.self)
  }
}

/// What a process writes and this one reads without waiting.
private final class Pipe {
  private let reading: Int32
  private(set) var writing: Int32

  init() throws(ShellCommand.Fault) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .cannotStart(errno) }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
  }

  deinit {
    closeWriting()
    close(reading)
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// Reads what is there; what is beyond `limit` is dropped.
  func drain(into bytes: inout [UInt8], atMost limit: Int) {
    var block = [UInt8](repeating: 0, count: 1 << 14)
    // As much as a pipe holds, and not all that an endless writer has to say.
    for _ in 0..<8 {
      let count = retrying { read(reading, &block, block.count) }
      guard count > 0 else { return }
      bytes += block[..<min(count, max(limit - bytes.count, 0))]
    }
  }

  /// Waits until there may be something to read, or for so long.
  func wait(orFor other: Pipe, milliseconds: Int32) {
    var ends = [reading, other.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let ready = poll(&ends, 2, milliseconds)
    // A closed end is always ready.
    if ready > 0, ends.allSatisfy({ $0.revents & Int16(POLLIN) == 0 }) { usleep(5000) }
  }
}
