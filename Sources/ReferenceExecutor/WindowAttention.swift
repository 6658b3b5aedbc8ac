import Glibc
import IR
import Tensors

extension WindowAttention: Evaluable {
  func evaluate(_ operands: [Source], into result: Destination) {
    let (height, width) = (result.shape[2], result.shape[3])
    let across = width / windows.width
    let count = height / windows.height * across
    concurrently(result.shape[0] * heads * count) { item in
      let window = Place(item % count / across, item % across)
      let (image, head) = (item / count / heads, item / count % heads)
      evaluate(image: image, head: head, window: window, operands, into: result)
    }
  }

  private func evaluate(
    image: Int, head: Int, window: Place, _ operands: [Source], into result: Destination
  ) {
    let map = Place(result.shape[2], result.shape[3])
    let keys = keyPlaces
    func rows(_ operand: Source) -> [[Double]] {
      let (channels, first) = (operand.shape[1], image * operand.shape[1] * map.y * map.x)
      let depth = channels * windows.fold * windows.fold / heads
      return keys.map { key in
        let pixels = pixels(of: key).map { place($0, in: window, of: map) }
        return (head * depth..<(head + 1) * depth).map { index in
          guard let at = pixels[index / channels] else { return 0 }
          return operand[first + (index % channels * map.y + at.y) * map.x + at.x]
        }
      }
    }
    let (k, v) = (rows(operands[1]), rows(operands[2]))
    let (depth, channels) = (k[0].count, v[0].count)
    for y in 0..<windows.height {
      for x in 0..<windows.width {
        let query = Place(y, x)
        guard let at = place(query, in: window, of: map) else { continue }
        let pixel = at.y * map.x + at.x
        let q = (0..<depth).map {
          operands[0][((image * heads + head) * depth + $0) * map.y * map.x + pixel]
        }
        let scores = keys.indices.map { index -> Double in
          guard sees(query, keys[index], in: window, of: map) else { return -.infinity }
          let product = zip(q, k[index]).reduce(0) { $0 + $1.0 * $1.1 }
          return product * Double(scale)
            + operands[3][bias(head: head, query: query, key: keys[index])]
        }
        let shares = probabilities(scores)
        for c in 0..<channels {
          let sum = shares.indices.reduce(0.0) { $0 + shares[$1] * v[$1][c] }
          let plane = (image * heads + head) * channels + c
          result.store(sum, at: plane * map.y * map.x + pixel)
        }
      }
    }
  }

  private func probabilities(_ scores: [Double]) -> [Double] {
    let largest = scores.reduce(-.infinity, max)
    let powers = scores.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

// MARK: Places

/// A line and a column.
private struct Place {
  let y: Int
  let x: Int

  init(_ y: Int, _ x: Int) { (self.y, self.x) = (y, x) }
}

extension WindowAttention {
  /// The first pixels of a window's keys, from the first query on.
  private var keyPlaces: [Place] {
    let (extents, fold, overlap) = (windows.keyExtents, windows.fold, windows.overlap)
    return (0..<extents[0]).flatMap { y in
      (0..<extents[1]).map { Place(y * fold - overlap, $0 * fold - overlap) }
    }
  }

  private func pixels(of key: Place) -> [Place] {
    (0..<windows.fold).flatMap { y in (0..<windows.fold).map { Place(key.y + y, key.x + $0) } }
  }

  /// Where a pixel of a window lies in the map; nil outside of it.
  private func place(_ pixel: Place, in window: Place, of map: Place) -> Place? {
    switch windows.arrangement {
    case .grid:
      return Place(
        pixel.y * (map.y / windows.height) + window.y, pixel.x * (map.x / windows.width) + window.x)
    case .shifted:
      let moved = moved(pixel, window)
      return Place(moved.y % map.y, moved.x % map.x)
    case .blocks, .overlapping:
      let moved = moved(pixel, window)
      return 0..<map.y ~= moved.y && 0..<map.x ~= moved.x ? moved : nil
    }
  }

  private func moved(_ pixel: Place, _ window: Place) -> Place {
    let shift = windows.shift
    return Place(
      window.y * windows.height + pixel.y + shift.down,
      window.x * windows.width + pixel.x + shift.right)
  }

  /// Whether both came around the border of the map, or neither.
  private func sees(_ query: Place, _ key: Place, in window: Place, of map: Place) -> Bool {
    guard case .shifted = windows.arrangement else { return true }
    let last = Place(key.y + windows.fold - 1, key.x + windows.fold - 1)
    let (a, b) = (moved(query, window), moved(last, window))
    return (a.y >= map.y) == (b.y >= map.y) && (a.x >= map.x) == (b.x >= map.x)
  }

  private func bias(head: Int, query: Place, key: Place) -> Int {
    let (extents, fold, overlap) = (windows.tableExtents, windows.fold, windows.overlap)
    let keys = windows.keyExtents
    let row = query.y / fold - (key.y + overlap) / fold + keys[0] - 1
    let column = query.x / fold - (key.x + overlap) / fold + keys[1] - 1
    let entry = row * extents[1] + column
    let area = extents[0] * extents[1]
    switch windows.offset {
    case .queryMinusKey: return head * area + entry
    case .keyMinusQuery: return head * area + area - 1 - entry
    }
  }
}
