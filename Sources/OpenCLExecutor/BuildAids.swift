import Synchronization

/// What this process has at hand when it builds programs.
package struct BuildAids: Sendable {
  /// A `limpid` command, more processes of which build along; nil where there is none.
  package var executable: String?
  /// Is told how many of the programs that were not on disk are built.
  package var report: (@Sendable (_ built: Int, _ all: Int) -> Void)?

  package init(
    executable: String? = nil, report: (@Sendable (_ built: Int, _ all: Int) -> Void)? = nil
  ) {
    (self.executable, self.report) = (executable, report)
  }

  package static let shared = Mutex(BuildAids())

  /// Reports what a process that works for this one has built.
  package static func tell(_ built: Int, of all: Int) { shared.withLock { $0.report }?(built, all) }
}
