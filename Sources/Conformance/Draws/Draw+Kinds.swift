import IR
import Tensors

extension Draw {
  /// An op and its operands.
  typealias Operation = (op: Op, operands: [OpCase.Operand])

  /// An op of a kind, on operands that fit it.
  mutating func operands(of kind: OpKind) -> Operation {
    switch kind {
    case .convolution: convolution()
    case .matmul: matmul()
    case .mean: mean()
    case .argmax: argmax()
    case .localMean: localMean()
    case .maxPool: maxPool()
    case .layerNormalization: normalization(.layer)
    case .biasFreeNormalization: normalization(.biasFree)
    case .rootMeanSquareNormalization: normalization(.rootMeanSquare)
    case .l2Normalization: normalization(.l2)
    case .softmax, .softmaxOfLargest: softmax(ofLargest: kind == .softmaxOfLargest)
    case .groupNormScale: groupNormCoefficient(.scale)
    case .groupNormShift: groupNormCoefficient(.shift)
    case .attention: attention(isCausal: false)
    case .causalAttention: attention(isCausal: true)
    case .laterAttention: attention(isCausal: true, startsLater: true)
    case .windowAttention: windowAttention(.blocks)
    case .shiftedWindowAttention: windowAttention(.shifted(down: 0, right: 0))
    case .overlappingWindowAttention: windowAttention(.overlapping(by: 0))
    case .gridWindowAttention: windowAttention(.grid)
    case .windowSimilarity: windowSimilarity()
    case .windowMixture: windowMixture()
    case .searchWindow: searchWindow()
    case .patchTransfer: patchTransfer()
    case .embedding: embedding()
    case .timestepEmbedding: timestepEmbedding()
    case .rotaryEmbedding, .interleavedRotaryEmbedding:
      rotaryEmbedding(isInterleaved: kind == .interleavedRotaryEmbedding)
    case .relu, .leakyRelu, .sigmoid, .silu, .gelu, .quickGelu, .mish, .exp, .sqrt, .affine, .add,
      .subtract, .multiply, .divide, .prelu:
      elementwise(kind)
    case .reshape: reshape()
    case .transpose: transpose()
    case .slice: slice()
    case .gather: gather()
    case .insertion: insertion()
    case .concatenation: concatenation()
    case .zeroPadding: padding(.zero)
    case .reflectPadding: padding(.reflect)
    case .replicatePadding: padding(.replicate)
    case .pixelShuffle: pixelShuffle()
    case .pixelUnshuffle: pixelUnshuffle()
    case .nearestResize: resize(.nearest)
    case .bilinearResize: resize(.bilinear)
    }
  }

  /// A function of one element or two.
  private mutating func elementwise(_ kind: OpKind) -> Operation {
    switch kind {
    case .relu: unary(.relu)
    case .leakyRelu: unary(.leakyRelu(slope: Float(number(1...9)) / 8))
    case .sigmoid: unary(.sigmoid)
    case .silu: unary(.silu)
    case .gelu: unary(.gelu)
    case .quickGelu: unary(.quickGelu)
    case .mish: unary(.mish)
    case .exp: unary(.exp)
    case .sqrt: unary(.sqrt, .positive)
    case .affine: affine()
    case .add: binary(.add)
    case .subtract: binary(.subtract)
    case .multiply: binary(.multiply)
    case .divide: binary(.divide, .positive)
    case .prelu: binary(.prelu)
    default: preconditionFailure("\(kind) is no function of elements")
    }
  }
}
