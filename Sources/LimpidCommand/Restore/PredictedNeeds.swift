import Execution
import Images
import Restoration

/// What the pictures of a run take: those of one size share evaluations.
struct PredictedNeeds {
  private let restorer: Restorer
  /// Of the device, in floating-point operations per second.
  private let speed: Double
  /// Pictures of each size, under width and height.
  private let counts: [[Int]: Int]
  private var known: [[Int]: Need] = [:]

  /// - Parameter pages: all pictures of the run.
  init(of pages: [ImageHeader], by restorer: Restorer) throws {
    self.restorer = restorer
    speed = try restorer.speed()
    counts = pages.reduce(into: [:]) { $0[[$1.width, $1.height], default: 0] += 1 }
  }

  /// Bytes of device memory at the highest, with the other pictures of the size, and seconds.
  mutating func need(of page: ImageHeader) throws -> (bytes: Int, seconds: Double) {
    let size = [page.width, page.height]
    let count = counts[size, default: 1]
    let need =
      try known[size] ?? restorer.need(count, width: page.width, height: page.height)
    known[size] = need
    return (need.bytes, need.flops / Double(count) / speed)
  }
}
