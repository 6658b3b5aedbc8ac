import Glibc
import IR
import Tensors

extension RotaryEmbedding: Evaluable {
  /// The angle is rounded to single precision: networks were trained with it.
  func evaluate(_ operands: [Source], into result: Destination) {
    let (x, positions) = (operands[0], operands[1])
    let (channels, tokens) = (x.shape[1], x.shape[2])
    let depth = channels / heads
    let frequencies = frequencies(depth: depth)
    for index in 0..<result.shape.count {
      let (image, place) = (index / tokens / channels, index / tokens % depth)
      let pair = isInterleaved ? place / 2 : place % (depth / 2)
      let isFirst = isInterleaved ? place % 2 == 0 : place < depth / 2
      let partner = index + (isFirst ? 1 : -1) * (isInterleaved ? 1 : depth / 2) * tokens
      let position = Float(positions[image * tokens + index % tokens])
      let angle = Double(position * frequencies[pair])
      let turned = (isFirst ? -1 : 1) * x[partner] * sin(angle)
      result.store(x[index] * cos(angle) + turned, at: index)
    }
  }
}
