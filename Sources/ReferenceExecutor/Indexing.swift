import IR
import Tensors

extension Embedding: Evaluable {
  /// y[n, c, t] = table[indices[n, t], c].
  func evaluate(_ operands: [Source], into result: Destination) {
    let (indices, table) = (operands[0], operands[1])
    let (features, tokens) = (result.shape[1], result.shape[2])
    for index in 0..<result.shape.count {
      let (image, channel) = (index / tokens / features, index / tokens % features)
      let row = position(indices[image * tokens + index % tokens], below: table.shape[0])
      result.store(table[row * features + channel], at: index)
    }
  }
}

extension Gather: Evaluable {
  /// y[n, c, i] = x[n, c, indices[n, i]], pixels being numbered in row-major order.
  func evaluate(_ operands: [Source], into result: Destination) {
    let (x, indices) = (operands[0], operands[1])
    let (pixels, picked) = (x.shape[2] * x.shape[3], result.shape[2] * result.shape[3])
    for index in 0..<result.shape.count {
      let image = index / picked / x.shape[1]
      let pixel = position(indices[image * picked + index % picked], below: pixels)
      result.store(x[index / picked * pixels + pixel], at: index)
    }
  }
}

extension Insertion: Evaluable {
  /// y[n, c, starts[n] + k] = rows[n, c, k], and x[n, c, t] elsewhere.
  func evaluate(_ operands: [Source], into result: Destination) {
    let (x, rows) = (operands[0], operands[1])
    let (tokens, channels, count) = (x.shape[2], x.shape[1], rows.shape[2])
    for index in 0..<result.shape.count {
      let (line, token) = (index / tokens, index % tokens)
      let place = token - position(operands[2][line / channels], below: tokens)
      result.store(
        (0..<count).contains(place) ? rows[line * count + place] : x[index], at: index)
    }
  }
}

extension Argmax: Evaluable {
  /// Ascending, so that the first of equal elements stays.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let lines = Lines(x.shape.extents, along: axis)
    for line in 0..<lines.count {
      var best = 0
      for i in 1..<max(lines.length, 1)
      where x[lines.start(line) + i * lines.stride] > x[lines.start(line) + best * lines.stride] {
        best = i
      }
      result.store(Double(best), at: line)
    }
  }
}

/// The nearest of the positions 0 ..< `count`; 0 for what is not a number.
func position(_ index: Double, below count: Int) -> Int {
  index >= 0 ? Int(min(index, Double(count - 1))) : 0
}
