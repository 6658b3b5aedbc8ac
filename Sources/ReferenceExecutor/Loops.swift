import Dispatch

/// Calls `body` for `0 ..< count`, on several threads.
func concurrently(_ count: Int, _ body: @Sendable (Int) -> Void) {
  let pieces = min(count, 64)
  DispatchQueue.concurrentPerform(iterations: pieces) { piece in
    for index in count * piece / pieces..<count * (piece + 1) / pieces { body(index) }
  }
}

/// The memory offset of every index of `extents`, in row-major order, where neighbours along an
/// axis are its stride apart.
func offsets<Axes: Collection>(_ extents: Axes, strides: Axes) -> [Int]
where Axes.Element == Int {
  var offsets = [0]
  for (extent, stride) in zip(extents, strides) {
    offsets = offsets.flatMap { start in (0..<extent).map { start + $0 * stride } }
  }
  return offsets
}

/// The lines of a tensor along one axis: line i starts at `start(i)`, its elements are `stride`
/// apart.
struct Lines {
  let count: Int
  let length: Int
  let stride: Int

  init(_ extents: [Int], along axis: Int) {
    length = extents[axis]
    stride = extents[(axis + 1)...].reduce(1, *)
    count = extents[..<axis].reduce(1, *) * stride
  }

  func start(_ line: Int) -> Int { line / stride * length * stride + line % stride }
}
