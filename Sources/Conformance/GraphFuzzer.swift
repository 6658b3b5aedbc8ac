import IR
import Tensors

/// Draws random valid graphs of small shapes: a walk over the op set in which every node reads
/// values made before. The same seed gives the same graph.
///
/// Divisors, roots and exponents are bounded first, so that values stay finite and a
/// disagreement means an error rather than amplified rounding.
package struct GraphFuzzer {
  private var stream: SeededStream
  private var position = 0
  private var parameters = 0

  private init(seed: Int) { stream = SeededStream(named: "fuzz \(seed)") }

  /// A graph of one input, about `length` random steps and up to three outputs.
  package static func graph(seed: Int, length: Int = 14) throws(Fault) -> Graph {
    try Trace.graph { trace in
      var fuzzer = GraphFuzzer(seed: seed)
      return fuzzer.walk(trace, length: length)
    }
  }

  private mutating func walk(_ trace: Trace, length: Int) -> Results {
    let shape: Shape = [draw(1...2), pick([1, 3, 4, 12, 16, 17, 20]), draw(1...9), draw(1...9)]
    var values = [trace.input("x", shape)]
    for _ in 0..<length {
      let recent = values.suffix(4)
      let x = recent[recent.startIndex + draw(0...recent.count - 1)]
      guard let next = step(x, values, trace.weights), next.shape.count <= 8192 else { continue }
      values.append(next)
    }
    let middle = values[draw(0...values.count - 1)]
    return ["last": values[values.count - 1], "some": middle, "input": values[0]]
  }

  /// One random op on `x`; nil when the op drawn does not fit its shape.
  private mutating func step(_ x: Tensor, _ values: [Tensor], _ w: Weights) -> Tensor? {
    switch draw(0...8) {
    case 0, 1: convolution(x, w)
    case 2: normalization(x, w)
    case 3: reduction(x)
    case 4: unary(x)
    case 5: binary(x, values, w)
    case 6: product(x)
    case 7: movement(x, values)
    default: resampling(x)
    }
  }

  private mutating func convolution(_ x: Tensor, _ w: Weights) -> Tensor? {
    guard x.shape.rank == 4 else { return nil }
    let divisors = (1...x.channels).filter { x.channels % $0 == 0 }
    let groups = pick([1, 1, x.channels, pick(divisors)])
    let (kernel, dilation) = (pick([1, 1, 2, 3, 3, 5]), pick([1, 1, 2]))
    let edges = Edges(
      top: draw(0...2), left: draw(0...2), bottom: draw(0...2), right: draw(0...2))
    let span = dilation * (kernel - 1) + 1
    guard x.height + edges.top + edges.bottom >= span, x.width + edges.left + edges.right >= span
    else { return nil }
    let out = groups * draw(1...max(1, 24 / groups))
    let layer = w[nextParameter()]
    let bias = pick([true, false]) ? [layer.bias(out)] : []
    let op = Convolution(
      stride: pick([1, 1, 2]), dilation: dilation, groups: groups, padding: edges)
    return x.apply(
      .convolution(op), [layer.weight(out, x.channels / groups, kernel, kernel)] + bias)
  }

  private mutating func normalization(_ x: Tensor, _ w: Weights) -> Tensor? {
    let axis = draw(0...x.shape.rank - 1)
    guard x.shape[axis] > 1 else { return nil }
    let layer = w[nextParameter()]
    let gain = layer.weight(x.shape[axis])
    switch draw(0...3) {
    case 0: return norm(x, .layer, axis, [gain, layer.bias(x.shape[axis])])
    case 1: return norm(x, .layer, axis, [gain])
    case 2: return norm(x, .biasFree, axis, [gain])
    default: return norm(x, .l2, axis, [])
    }
  }

  /// The large epsilon keeps lines of almost equal elements from amplifying their rounding.
  private func norm(_ x: Tensor, _ kind: Normalization.Kind, _ axis: Int, _ operands: [Tensor])
    -> Tensor
  {
    x.apply(.normalization(Normalization(kind, axis: axis, epsilon: 0.01)), operands)
  }

  private mutating func reduction(_ x: Tensor) -> Tensor {
    let axis = draw(0...x.shape.rank - 1)
    if pick([true, false]) { return x.apply(.softmax(Softmax(axis: axis))) }
    let axes = (0..<x.shape.rank).filter { $0 == axis || draw(0...3) == 0 }
    return x.apply(.mean(Mean(axes: axes)))
  }

  private mutating func unary(_ x: Tensor) -> Tensor {
    switch draw(0...6) {
    case 0: x.relu
    case 1: x.sigmoid
    case 2: x.silu
    case 3: x.gelu
    case 4: x.sigmoid.exp
    case 5: (x.sigmoid + 0.1).sqrt
    default: x * Float(draw(-3...3)) + 0.5
    }
  }

  private mutating func binary(_ x: Tensor, _ values: [Tensor], _ w: Weights) -> Tensor {
    let partners = values.filter { $0.shape.broadcast(with: x.shape) != nil }
    let other = pick([true, false]) ? pick(partners) : parameter(broadcastingTo: x, w)
    switch draw(0...4) {
    case 0: return x + other
    case 1: return other - x
    case 2: return x * other.sigmoid
    case 3: return other * x.sigmoid
    default: return x / (other.sigmoid + 0.5)
    }
  }

  private mutating func parameter(broadcastingTo x: Tensor, _ w: Weights) -> Tensor {
    let extents = x.shape.extents.map { pick([1, $0]) }
    return w[nextParameter()].scale(Shape(extents))
  }

  private mutating func product(_ x: Tensor) -> Tensor? {
    guard x.shape.rank >= 2 else { return nil }
    let first = pick([true, false])
    return x.apply(
      .matmul(Matmul(transposesFirst: first, transposesSecond: !first)), [x.sigmoid])
      * (1 / Float(x.shape[x.shape.rank - (first ? 2 : 1)]))
  }

  private mutating func movement(_ x: Tensor, _ values: [Tensor]) -> Tensor? {
    let axis = draw(0...x.shape.rank - 1)
    switch draw(0...4) {
    case 0:
      return x.apply(.reshape(Reshape(Shape([x.shape[0], x.shape.count / x.shape[0]]))))
    case 1:
      let keys = x.shape.extents.indices.map { (key: draw(0...99), axis: $0) }
      let order = keys.sorted { ($0.key, $0.axis) < ($1.key, $1.axis) }.map(\.axis)
      return x.apply(.transpose(Transpose(order)))
    case 2:
      let start = draw(0...x.shape[axis] - 1)
      return x.sliced(axis: axis, from: start, count: draw(1...x.shape[axis] - start))
    case 3:
      let others = values.filter {
        $0.shape.rank == x.shape.rank
          && $0.shape.replacing(axis, with: 1) == x.shape.replacing(axis, with: 1)
      }
      return x.apply(.concatenation(Concatenation(axis: axis)), [pick(others), x])
    default:
      return padding(x)
    }
  }

  private mutating func padding(_ x: Tensor) -> Tensor? {
    guard x.shape.rank == 4 else { return nil }
    let mode = pick([Padding.Mode.zero, .reflect, .replicate])
    let (rows, columns) =
      switch mode {
      case .reflect: (x.height - 1, x.width - 1)
      case .zero, .replicate: (3, 3)
      }
    return x.padded(
      mode,
      Edges(
        top: draw(0...min(3, rows)), left: draw(0...min(3, columns)),
        bottom: draw(0...min(3, rows)), right: draw(0...min(3, columns))))
  }

  private mutating func resampling(_ x: Tensor) -> Tensor? {
    guard x.shape.rank == 4 else {
      return x.shape.count % 4 == 0 ? x.reshaped(1, 4, 1, x.shape.count / 4) : nil
    }
    switch draw(0...3) {
    case 0 where x.channels % 4 == 0: return x.pixelShuffled(2)
    case 1 where x.height % 2 == 0 && x.width % 2 == 0: return x.pixelUnshuffled(2)
    case 2: return x.resized(.nearest, height: draw(1...11), width: draw(1...11))
    default: return x.resized(.bilinear, height: draw(1...11), width: draw(1...11))
    }
  }

  private mutating func nextParameter() -> String {
    parameters += 1
    return "layer\(parameters)"
  }

  private mutating func draw(_ range: ClosedRange<Int>) -> Int {
    position += 1
    return range.lowerBound + Int(stream.bits(position) % UInt64(range.count))
  }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[draw(0...choices.count - 1)]
  }
}
