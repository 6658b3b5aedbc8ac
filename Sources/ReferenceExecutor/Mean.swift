import IR
import Tensors

extension Mean: Evaluable {
  /// The sum over the reduced axes, divided by the number of terms.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let (extents, strides) = (x.shape.extents, x.shape.strides)
    let kept = extents.indices.filter { !axes.contains($0) }
    let starts = offsets(kept.map { extents[$0] }, strides: kept.map { strides[$0] })
    let terms = offsets(axes.map { extents[$0] }, strides: axes.map { strides[$0] })
    concurrently(starts.count) { index in
      let sum = terms.reduce(0.0) { $0 + x[starts[index] + $1] }
      result.store(sum / Double(terms.count), at: index)
    }
  }
}
