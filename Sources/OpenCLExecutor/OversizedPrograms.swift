import Synchronization

/// Programs of which a device's compiler said that their groups are too large for it: how many
/// registers a work-item takes is known when a kernel is built, not before.
final class OversizedPrograms: Sendable {
  private let programs = Mutex<Set<ProgramText>>([])

  /// Remembers a program.
  /// - Returns: whether that was news.
  func insert(_ program: ProgramText) -> Bool { programs.withLock { $0.insert(program).inserted } }

  /// Whether one of them has this file and, among others, these definitions.
  func hold(_ program: ProgramText) -> Bool {
    programs.withLock { known in
      known.contains {
        $0.file == program.file && Set(program.definitions).isSubset(of: $0.definitions)
      }
    }
  }
}

/// A kernel whose group has more work-items than its registers allow.
struct GroupRefusal: Error, CustomStringConvertible {
  let program: ProgramText
  let groupSize: Int
  let largest: Int

  var description: String {
    "kernel \(program.file): groups of \(groupSize) work-items, the device allows \(largest)"
  }
}
