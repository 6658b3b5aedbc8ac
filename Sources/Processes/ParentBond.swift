import Glibc

/// What ties a process to the one that it works for: the socket on standard input.
package enum ParentBond {
  /// Ends this process when the socket closes, whatever it is doing then. Control-C and a request
  /// to end reach the parent, which decides. A crash ends it at once: Swift's handlers would trace
  /// it first, which keeps the parent waiting, and let it live where the signal came from outside.
  package static func tie() {
    for request in [SIGINT, SIGTERM] { signal(request, SIG_IGN) }
    for crash in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
      signal(crash, SIG_DFL)
    }
    WorkThread.start {
      var socket = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      while poll(&socket, 1, -1) < 0 {}
      _exit(0)
    }
  }
}
