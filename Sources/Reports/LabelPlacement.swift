/// Finds room for numbers beside points, so that they cover neither points nor each other while
/// there is room.
struct LabelPlacement {
  private struct Box {
    let x: Double
    let y: Double
    let halfWidth: Double
    let halfHeight: Double

    func overlaps(_ other: Box) -> Bool {
      abs(x - other.x) < halfWidth + other.halfWidth
        && abs(y - other.y) < halfHeight + other.halfHeight
    }
  }

  /// From the point, in turn: to the right, to the left, above, below, then the corners, then all
  /// of that further away.
  private static let offsets: [(x: Double, y: Double)] = [1, 1.7, 2.4].flatMap { distance in
    [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)]
      .map { ($0.0 * distance, $0.1 * distance) }
  }

  private var taken: [Box]

  init(avoiding points: [RooflineAxes.Place]) {
    taken = points.map { Box(x: $0.x, y: $0.y, halfWidth: 4, halfHeight: 4) }
  }

  /// The middle of the text's base line, for digits 10 pixels high.
  mutating func place(_ text: String, beside point: RooflineAxes.Place) -> RooflineAxes.Place {
    let half = 3.2 * Double(text.count)
    let boxes = Self.offsets.map { offset in
      Box(
        x: point.x + offset.x * (half + 8), y: point.y + offset.y * 12, halfWidth: half,
        halfHeight: 5)
    }
    let box = boxes.first { box in !taken.contains { $0.overlaps(box) } } ?? boxes[0]
    taken.append(box)
    return (box.x, box.y + 3.6)
  }
}
