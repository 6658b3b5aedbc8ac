import OpenCL
import Processes
import Synchronization

/// The building of programs that are not on disk, shared with processes that are started for it:
/// the runtimes of CPUs compile on one thread of a process.
///
/// Everybody goes through the programs in the same order and passes over those that are built or
/// that another is building. So a process that ends early leaves undone what it had begun, no more.
final class SharedBuild: Sendable {
  private let cache: ProgramCache
  private let missing: [ProgramSource]
  /// Those that are not yet known to be built.
  private let left: Mutex<[ProgramSource]>
  private let helpers: [WorkerProcess]
  private let aids: BuildAids

  /// Programs for each process: a runtime takes longer to start than to build one or two.
  private static let share = 4

  /// Starts the other processes.
  /// - Parameters:
  ///   - processes: the most that are to build, this one among them.
  ///   - aids: nil for those of this process.
  init(
    _ sources: [ProgramSource], _ cache: ProgramCache, processes: Int, aids: BuildAids? = nil
  ) {
    let aids = aids ?? BuildAids.shared.withLock { $0 }
    (self.cache, self.aids) = (cache, aids)
    let missing = sources.filter { !cache.holds($0.text) }
    self.missing = missing
    left = Mutex(missing)
    guard let executable = aids.executable, let order = cache.order(missing) else {
      helpers = []
      return
    }
    let count = min(processes - 1, missing.count / Self.share)
    helpers = (0..<max(count, 0)).compactMap { _ in Self.start(executable, order) }
  }

  var missingCount: Int { missing.count }
  var helperCount: Int { helpers.count }

  /// nil where no process can be started, which is no fault: its share remains to the others.
  private static func start(_ executable: String, _ order: BuildOrder) -> WorkerProcess? {
    guard let process = try? WorkerProcess(executable, BuildOrder.subcommand) else { return nil }
    let channel = MessageChannel(descriptor: process.socket)
    return (try? channel.send(order, patience: .seconds(10))) == nil ? nil : process
  }

  /// Builds until every program is built or being built by another.
  func run() throws(OpenCLError) {
    report()
    for source in missing {
      try cache.buildIfFree(source.text)
      report()
    }
  }

  /// Whoever waits for the others' programs says so with this; they end here.
  func end() {
    report()
    for helper in helpers { helper.end() }
  }

  private func report() {
    guard let report = aids.report, !missing.isEmpty else { return }
    let count = left.withLock { left in
      left.removeAll { cache.holds($0.text) }
      return left.count
    }
    report(missing.count - count, missing.count)
  }
}
