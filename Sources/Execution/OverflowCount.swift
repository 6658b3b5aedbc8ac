import Synchronization

/// How many values of results were no finite numbers.
final class OverflowCount: Sendable {
  private let count = Atomic<Int>(0)

  func add(_ values: Int) { count.wrappingAdd(values, ordering: .relaxed) }

  func take() -> Int { count.exchange(0, ordering: .relaxed) }
}
