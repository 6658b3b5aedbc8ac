import Execution
import Pictures
import Synchronization

/// How many pictures of a size systems of several networks run together: as many as options and the
/// kind of device ask for, if the device's memory allows them. A power of two.
final class BatchSizes: Sendable {
  private let engine: Engine
  private let policy: BatchingPolicy
  /// What was found out, by width, height and pictures at the most.
  private let known = Mutex([[Int]: Int]())

  init(_ engine: Engine, _ options: SystemOptions) {
    (self.engine, policy) = (engine, options.batching)
  }

  /// - Parameters:
  ///   - count: of pictures that there are.
  ///   - size: of pictures while they are worked on.
  ///   - reduction: pixels of a side for one position of what takes most of the time.
  ///   - need: what so many pictures take together; nothing is allocated.
  func largest(
    of count: Int, _ size: TileSize, reduction: Int, need: (Int) throws -> Need
  ) throws(LimpidError) -> Int {
    let wanted = policy.wanted(
      width: size.width / reduction, height: size.height / reduction,
      filling: engine.pixelsPerRun)
    let most = min(count, wanted).powerOfTwo
    let key = [size.width, size.height, most]
    if let found = known.withLock({ $0[key] }) { return found }
    var batch = 1
    do {
      while batch * 2 <= most, engine.holds(try need(batch * 2).footprint) { batch *= 2 }
    } catch {
      throw LimpidError(error)
    }
    known.withLock { $0[key] = batch }
    return batch
  }
}
