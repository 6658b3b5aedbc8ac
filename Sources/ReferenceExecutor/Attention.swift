import Glibc
import IR
import Tensors

extension Attention: Evaluable {
  /// y[n, h e + c, i] = sum over j of p[j] v[n, h e + c, j], p being the softmax over the visible
  /// keys j of scale times the sum over c of q[n, h d + c, i] k[n, h d + c, j].
  func evaluate(_ operands: [Source], into result: Destination) {
    let queries = result.shape[2] * result.shape[3]
    concurrently(result.shape[0] * heads) { head in
      for query in 0..<queries {
        evaluate(image: head / heads, head: head % heads, query: query, operands, into: result)
      }
    }
  }

  private func evaluate(
    image n: Int, head: Int, query: Int, _ operands: [Source], into result: Destination
  ) {
    let weights = probabilities(image: n, head: head, query: query, operands)
    let v = operands[2]
    let (keys, channels) = (v.shape[2] * v.shape[3], v.shape[1])
    let queries = result.shape[2] * result.shape[3]
    for c in head * (channels / heads)..<(head + 1) * (channels / heads) {
      let line = (n * channels + c) * keys
      let sum = weights.indices.reduce(0.0) { $0 + weights[$1] * v[line + $1] }
      result.store(sum, at: (n * channels + c) * queries + query)
    }
  }

  /// The weight of every key for one query; all zero when it sees none.
  private func probabilities(
    image n: Int, head: Int, query: Int, _ operands: [Source]
  ) -> [Double] {
    let (q, k) = (operands[0], operands[1])
    let (queries, keys) = (q.shape[2] * q.shape[3], k.shape[2] * k.shape[3])
    let depth = q.shape[1] / heads
    let last = query + (startsLater ? position(operands[operands.count - 1][n], below: keys) : 0)
    let hasMask = operands.count > (startsLater ? 4 : 3)
    let scores = (0..<keys).map { key in
      let isMasked = hasMask && operands[3][n * keys + key] == 0
      guard !isMasked, !isCausal || key <= last else { return -Double.infinity }
      let product = (head * depth..<(head + 1) * depth).reduce(0.0) { sum, c in
        let line = n * q.shape[1] + c
        return sum + q[line * queries + query] * k[line * keys + key]
      }
      return product * Double(scale)
    }
    let largest = scores.reduce(-Double.infinity, max)
    guard largest != -Double.infinity else { return [Double](repeating: 0, count: keys) }
    let exponentials = scores.map { exp($0 - largest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
