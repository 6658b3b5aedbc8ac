import Foundation

/// How long the tests of whole runs last: briefly in CI, at length under tools/stress.
enum Stress {
  /// The number in an environment variable, or a smaller one.
  static func count(_ variable: String, otherwise small: Int) -> Int {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? small
  }
}
