import Glibc
import IR
import Tensors

extension TimestepEmbedding: Evaluable {
  /// The angle t w is rounded to single precision: at t = 1000 that decides the fifth digit, and
  /// networks were trained with it.
  func evaluate(_ operands: [Source], into result: Destination) {
    let frequencies = self.frequencies
    for (index, time) in operands[0].elements.enumerated() {
      for (k, frequency) in frequencies.enumerated() {
        let angle = Double(time * frequency)
        let start = index * dimension + k
        let (sine, cosine) = cosineFirst ? (frequencies.count, 0) : (0, frequencies.count)
        result.store(sin(angle), at: start + sine)
        result.store(cos(angle), at: start + cosine)
      }
    }
  }
}
