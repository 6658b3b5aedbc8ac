import Tensors

/// A value while a network is being written: what a layer takes and returns.
package struct Tensor {
  let trace: Trace
  let value: Graph.Value
  package let shape: Shape
  /// Whether a fault stands behind this value; its shape then means nothing.
  package let isInvalid: Bool

  init(trace: Trace, value: Graph.Value, shape: Shape) {
    self.trace = trace
    self.value = value
    self.shape = shape
    isInvalid = false
  }

  private init(invalidIn trace: Trace) {
    self.trace = trace
    value = Graph.Value(-1)
    shape = Shape([1, 1, 1, 1])
    isInvalid = true
  }

  /// A stand-in for the result of a faulty op; everything made from it is invalid too.
  static func invalid(_ trace: Trace) -> Tensor { Tensor(invalidIn: trace) }

  /// Number of images of an NCHW feature map.
  package var batch: Int { shape[0] }
  /// Number of channels of an NCHW feature map.
  package var channels: Int { shape[1] }
  /// Height in pixels of an NCHW feature map.
  package var height: Int { shape[2] }
  /// Width in pixels of an NCHW feature map.
  package var width: Int { shape[3] }

  /// Any op on `self` and `others`; the vocabulary has names for the usual ones.
  package func apply(_ op: Op, _ others: [Tensor] = [], path: String = "") -> Tensor {
    trace.apply(op, [self] + others, path: path)
  }
}
