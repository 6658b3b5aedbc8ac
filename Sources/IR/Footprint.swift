/// The device memory that a plan holds, to the byte.
package struct Footprint: Hashable, Sendable {
  /// Of parameters and values.
  package let bytes: Int
  /// Of the largest single allocation.
  package let largestAllocation: Int

  /// Of plans that take the host's memory alone.
  package static let none = Footprint(bytes: 0, largestAllocation: 0)

  package init(bytes: Int, largestAllocation: Int) {
    self.bytes = bytes
    self.largestAllocation = largestAllocation
  }

  /// Of plans of both, beside each other.
  package static func + (one: Footprint, other: Footprint) -> Footprint {
    Footprint(
      bytes: one.bytes + other.bytes,
      largestAllocation: max(one.largestAllocation, other.largestAllocation))
  }
}
