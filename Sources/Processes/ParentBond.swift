import Glibc

/// What ties a process to the one that it works for: the socket on standard input.
package enum ParentBond {
  /// Ends this process when the socket closes, whatever it is doing then. Control-C and a request
  /// to end reach the parent, which decides.
  package static func tie() {
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
    WorkThread.start {
      var socket = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      while poll(&socket, 1, -1) < 0 {}
      _exit(0)
    }
  }
}
