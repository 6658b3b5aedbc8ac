import IR
import Tensors

extension GroupNormCoefficient: Evaluable {
  /// Mean and variance of every group of an image in two passes over its elements.
  func evaluate(_ operands: [Source], into result: Destination) {
    let (x, gain, offset) = (operands[0], operands[1], operands[2])
    let channels = x.shape[1]
    let members = channels / groups
    let count = members * x.shape[2] * x.shape[3]
    concurrently(x.shape[0] * groups) { group in
      let elements = group * count..<(group + 1) * count
      let mean = elements.reduce(0.0) { $0 + x[$1] } / Double(count)
      let deviations = elements.reduce(0.0) { $0 + (x[$1] - mean) * (x[$1] - mean) }
      let factor = 1 / (deviations / Double(count) + Double(epsilon)).squareRoot()
      for index in group * members..<(group + 1) * members {
        let scale = gain[index % channels] * factor
        switch kind {
        case .scale: result.store(scale, at: index)
        case .shift: result.store(offset[index % channels] - mean * scale, at: index)
        }
      }
    }
  }
}
