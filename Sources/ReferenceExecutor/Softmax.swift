import Glibc
import IR
import Tensors

extension Softmax: Evaluable {
  /// y[i] = exp(x[i] - max x) / sum over j of exp(x[j] - max x), for every line along the axis.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let lines = Lines(x.shape.extents, along: axis)
    concurrently(lines.count) { line in
      let indices = (0..<lines.length).map { lines.start(line) + $0 * lines.stride }
      let largest = indices.reduce(-Double.infinity) { max($0, x[$1]) }
      let exponentials = indices.map { exp(x[$0] - largest) }
      let sum = exponentials.reduce(0, +)
      for (index, exponential) in zip(indices, exponentials) {
        result.store(exponential / sum, at: index)
      }
    }
  }
}
