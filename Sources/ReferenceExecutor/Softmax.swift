import Glibc
import IR
import Tensors

extension Softmax: Evaluable {
  /// y[i] = exp(x[i] - max x) / sum over j of exp(x[j] - max x), for every line along the axis and
  /// every i and j of those that take part.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let lines = Lines(x.shape.extents, along: axis)
    concurrently(lines.count) { line in
      let indices = (0..<lines.length).map { lines.start(line) + $0 * lines.stride }
        .sorted { x[$0] == x[$1] ? $0 < $1 : x[$0] > x[$1] }
      let chosen = indices.prefix(largest ?? lines.length)
      let exponentials = chosen.map { exp(x[$0] - x[indices[0]]) }
      let sum = exponentials.reduce(0, +)
      for (index, exponential) in zip(chosen, exponentials) {
        result.store(exponential / sum, at: index)
      }
      for index in indices.dropFirst(chosen.count) { result.store(0, at: index) }
    }
  }
}
