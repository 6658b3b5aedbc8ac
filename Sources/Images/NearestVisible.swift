/// For every fully transparent pixel, the nearest pixel that is not.
///
/// Two sweeps pass each pixel's answer on to its neighbours, which is exact but for rare ties of
/// geometry and takes time linear in the pixels.
struct NearestVisible {
  private let width: Int
  private let height: Int
  /// Pixel numbers; `none` until known.
  private var nearest: [UInt32]
  private static let none = UInt32.max

  /// Nil when nothing is fully transparent, or everything is.
  init?(alpha: ArraySlice<Float>, width: Int, height: Int) {
    self.width = width
    self.height = height
    nearest = zip(UInt32(0)..., alpha).map { $1 > 0 ? $0 : Self.none }
    let hidden = nearest.count { $0 == Self.none }
    guard hidden > 0, hidden < nearest.count else { return nil }
    sweep(rows: Array(0..<height), step: 1)
    sweep(rows: (0..<height).reversed(), step: -1)
  }

  /// Copies colours to hidden pixels in each of the planes.
  func fill(_ planes: inout [Float]) {
    for plane in stride(from: 0, to: planes.count, by: nearest.count) {
      for (i, source) in nearest.enumerated() where source != i {
        planes[plane + i] = planes[plane + Int(source)]
      }
    }
  }

  /// Visits rows in order, each once in the step's direction and once against it, so that answers
  /// travel along the row as well as to the next one.
  private mutating func sweep(rows: [Int], step: Int) {
    for y in rows {
      let before = y - step
      for x in 0..<width {
        if before >= 0, before < height {
          for column in max(x - 1, 0)...min(x + 1, width - 1) { offer(column, before, to: x, y) }
        }
        if x > 0 { offer(x - 1, y, to: x, y) }
      }
      for x in stride(from: width - 2, through: 0, by: -1) { offer(x + 1, y, to: x, y) }
    }
  }

  /// Lets pixel (x, y) take over its neighbour's answer if that is nearer than its own.
  private mutating func offer(_ column: Int, _ row: Int, to x: Int, _ y: Int) {
    let candidate = nearest[row * width + column]
    let current = nearest[y * width + x]
    guard candidate != Self.none, current != y * width + x else { return }
    if current == Self.none || distance(candidate, x, y) < distance(current, x, y) {
      nearest[y * width + x] = candidate
    }
  }

  private func distance(_ pixel: UInt32, _ x: Int, _ y: Int) -> Int {
    let (dy, dx) = (Int(pixel) / width - y, Int(pixel) % width - x)
    return dx * dx + dy * dy
  }
}
