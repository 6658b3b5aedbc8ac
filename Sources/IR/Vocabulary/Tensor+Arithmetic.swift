import Tensors

extension Tensor {
  package static func + (a: Tensor, b: Tensor) -> Tensor { a.apply(.binary(.add), [b]) }
  package static func - (a: Tensor, b: Tensor) -> Tensor { a.apply(.binary(.subtract), [b]) }
  package static func * (a: Tensor, b: Tensor) -> Tensor { a.apply(.binary(.multiply), [b]) }
  package static func / (a: Tensor, b: Tensor) -> Tensor { a.apply(.binary(.divide), [b]) }

  package static func * (a: Tensor, scale: Float) -> Tensor {
    a.apply(.unary(.affine(scale: scale, offset: 0)))
  }
  package static func + (a: Tensor, offset: Float) -> Tensor {
    a.apply(.unary(.affine(scale: 1, offset: offset)))
  }

  package var relu: Tensor { apply(.unary(.relu)) }
  package func leakyRelu(_ slope: Float) -> Tensor { apply(.unary(.leakyRelu(slope: slope))) }
  package var sigmoid: Tensor { apply(.unary(.sigmoid)) }
  package var silu: Tensor { apply(.unary(.silu)) }
  package var gelu: Tensor { apply(.unary(.gelu)) }
  package var quickGelu: Tensor { apply(.unary(.quickGelu)) }
  package var mish: Tensor { apply(.unary(.mish)) }
  package var exp: Tensor { apply(.unary(.exp)) }
  package var sqrt: Tensor { apply(.unary(.sqrt)) }

  /// Softmax along the last axis.
  package var softmax: Tensor { apply(.softmax(Softmax(axis: shape.rank - 1))) }

  /// Softmax of the `count` largest elements along the last axis, the others becoming 0.
  package func softmax(ofLargest count: Int) -> Tensor {
    apply(.softmax(Softmax(axis: shape.rank - 1, largest: count)))
  }

  /// Scaled to Euclidean length 1 along the last axis (F.normalize, eps 1e-12).
  package var normalized: Tensor {
    apply(.normalization(Normalization(.l2, axis: shape.rank - 1, epsilon: 1e-12)))
  }

  /// Mean over the pixels of an NCHW map: (N, C, 1, 1).
  package var pooled: Tensor { apply(.mean(Mean(axes: [2, 3]))) }

  /// The means of all windows of this size inside an NCHW map.
  package func localMeans(height: Int, width: Int) -> Tensor {
    apply(.localMean(LocalMean(height: height, width: width)))
  }

  /// The largest elements of the windows of `side` x `side` pixels: see ``MaxPool``.
  package func maxPooled(side: Int, stride: Int) -> Tensor {
    apply(.maxPool(MaxPool(side: side, stride: stride)))
  }

  /// The matrix product with `other`.
  package func times(_ other: Tensor) -> Tensor { apply(.matmul(Matmul()), [other]) }

  /// The matrix product with `other` transposed.
  package func times(transposed other: Tensor) -> Tensor {
    apply(.matmul(Matmul(transposesSecond: true)), [other])
  }
}
