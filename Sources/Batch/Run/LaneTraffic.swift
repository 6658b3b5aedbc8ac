/// The batches in a lane's process: one waits there while another is computed, so that the device
/// does not wait for what is sent. They enter in the order in which they came.
struct LaneTraffic: Sendable {
  struct Batch: Sendable {
    fileprivate let number: Int
    /// Pixels of its images.
    let weight: Int
    /// Whether nothing else may be in the process.
    let isAlone: Bool
  }

  /// Most batches in a process.
  static let limit = 2

  private let largestWeight: Int
  private var arrived = 0
  private var entered = 0
  /// Arrived, and not left.
  private(set) var count = 0
  private var inside: [Batch] = []

  /// - Parameter weight: most weight of all batches in the process together, beyond a first.
  init(weight: Int) { largestWeight = weight }

  mutating func arrive(weight: Int, isAlone: Bool) -> Batch {
    defer { (arrived, count) = (arrived + 1, count + 1) }
    return Batch(number: arrived, weight: weight, isAlone: isAlone)
  }

  /// Lets a batch in; false when it has to wait.
  mutating func enter(_ batch: Batch) -> Bool {
    guard batch.number == entered, hasRoom(for: batch) else { return false }
    entered += 1
    inside.append(batch)
    return true
  }

  private func hasRoom(for batch: Batch) -> Bool {
    guard !inside.isEmpty else { return true }
    let weight = inside.reduce(batch.weight) { $0 + $1.weight }
    return inside.count < Self.limit && weight <= largestWeight && !batch.isAlone
      && !inside.contains { $0.isAlone }
  }

  mutating func leave(_ batch: Batch) {
    inside.removeAll { $0.number == batch.number }
    count -= 1
  }
}
