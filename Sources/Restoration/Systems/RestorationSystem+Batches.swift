import Execution
import IR
import Pictures

extension RestorationSystem {
  /// Does work on the device.
  /// - Parameter release: gives memory back; called when there was too little.
  func releasing<Result>(
    _ release: () -> Void, whenExhausted work: () throws -> Result
  ) throws(LimpidError) -> Result {
    try shrinking(from: 1, release) { _ in try work() }
  }

  /// Does work on pictures together: as many at once as `batch` says, and half as many after each
  /// failure for want of memory, when everything begins anew.
  /// - Parameter release: gives memory back; called when there was too little.
  func shrinking<Result>(
    from batch: Int, _ release: () -> Void, whenExhausted work: (_ batch: Int) throws -> Result
  ) throws(LimpidError) -> Result {
    var batch = batch
    while true {
      do {
        return try work(batch)
      } catch {
        guard error.meansExhaustion else { throw LimpidError(error) }
        release()
        guard batch > 1 else { throw LimpidError(error) }
        batch /= 2
      }
    }
  }
}

extension Int {
  /// The largest power of two that is not larger; batches are such, so that there are few plans.
  var powerOfTwo: Int { self < 1 ? 0 : 1 << (Int.bitWidth - 1 - leadingZeroBitCount) }
}

extension Sequence<Int> {
  /// Numbers in groups of powers of two, of `largest` at the most.
  func grouped(upTo largest: Int) -> [[Int]] {
    var (groups, rest) = ([[Int]](), Array(self)[...])
    while !rest.isEmpty {
      let group = rest.prefix(Swift.min(rest.count, largest).powerOfTwo)
      groups.append(Array(group))
      rest = rest.dropFirst(group.count)
    }
    return groups
  }
}
