import IR

/// What an op computes, parameters aside: every op, and of an op with kinds every kind. Each has
/// cases that run on all executors, and results of PyTorch.
package enum OpKind: String, CaseIterable, Codable, Hashable, Sendable {
  case convolution, matmul, mean, argmax, localMean, maxPool
  case layerNormalization, biasFreeNormalization, rootMeanSquareNormalization, l2Normalization
  case softmax, softmaxOfLargest
  case groupNormScale, groupNormShift
  case attention, causalAttention, laterAttention
  case windowAttention, shiftedWindowAttention, overlappingWindowAttention, gridWindowAttention
  case windowSimilarity, windowMixture, searchWindow, patchTransfer
  case embedding, timestepEmbedding, rotaryEmbedding, interleavedRotaryEmbedding
  case relu, leakyRelu, sigmoid, silu, gelu, quickGelu, mish, exp, sqrt, affine
  case add, subtract, multiply, divide, prelu
  case reshape, transpose, slice, gather, insertion, concatenation
  case zeroPadding, reflectPadding, replicatePadding
  case pixelShuffle, pixelUnshuffle
  case nearestResize, bilinearResize

  /// nil for operands and parameters, which compute nothing.
  package init?(_ op: Op) {
    switch op {
    case .input, .weight: return nil
    case .convolution: self = .convolution
    case .matmul: self = .matmul
    case .normalization(let op): self.init(op.kind)
    case .softmax(let op): self = op.largest == nil ? .softmax : .softmaxOfLargest
    case .mean: self = .mean
    case .argmax: self = .argmax
    case .groupNormCoefficient(let op): self.init(op.kind)
    case .attention(let op):
      self = op.startsLater ? .laterAttention : op.isCausal ? .causalAttention : .attention
    case .embedding: self = .embedding
    case .timestepEmbedding: self = .timestepEmbedding
    case .rotaryEmbedding(let op):
      self = op.isInterleaved ? .interleavedRotaryEmbedding : .rotaryEmbedding
    case .localMean: self = .localMean
    case .maxPool: self = .maxPool
    case .windowAttention(let op): self.init(op.windows.arrangement)
    case .windowSimilarity: self = .windowSimilarity
    case .windowMixture: self = .windowMixture
    case .searchWindow: self = .searchWindow
    case .patchTransfer: self = .patchTransfer
    case .unary(let op): self.init(op)
    case .binary(let op): self.init(op)
    case .reshape: self = .reshape
    case .transpose: self = .transpose
    case .slice: self = .slice
    case .gather: self = .gather
    case .insertion: self = .insertion
    case .concatenation: self = .concatenation
    case .padding(let op): self.init(op.mode)
    case .pixelShuffle: self = .pixelShuffle
    case .pixelUnshuffle: self = .pixelUnshuffle
    case .resize(let op): self.init(op.mode)
    }
  }

  private init(_ arrangement: Windows.Arrangement) {
    switch arrangement {
    case .blocks: self = .windowAttention
    case .shifted: self = .shiftedWindowAttention
    case .overlapping: self = .overlappingWindowAttention
    case .grid: self = .gridWindowAttention
    }
  }

  private init(_ kind: Normalization.Kind) {
    switch kind {
    case .layer: self = .layerNormalization
    case .biasFree: self = .biasFreeNormalization
    case .rootMeanSquare: self = .rootMeanSquareNormalization
    case .l2: self = .l2Normalization
    }
  }

  private init(_ kind: GroupNormCoefficient.Kind) {
    switch kind {
    case .scale: self = .groupNormScale
    case .shift: self = .groupNormShift
    }
  }

  private init(_ function: Unary) {
    switch function {
    case .relu: self = .relu
    case .leakyRelu: self = .leakyRelu
    case .sigmoid: self = .sigmoid
    case .silu: self = .silu
    case .gelu: self = .gelu
    case .quickGelu: self = .quickGelu
    case .mish: self = .mish
    case .exp: self = .exp
    case .sqrt: self = .sqrt
    case .affine: self = .affine
    }
  }

  private init(_ function: Binary) {
    switch function {
    case .add: self = .add
    case .subtract: self = .subtract
    case .multiply: self = .multiply
    case .divide: self = .divide
    case .prelu: self = .prelu
    }
  }

  private init(_ mode: Padding.Mode) {
    switch mode {
    case .zero: self = .zeroPadding
    case .reflect: self = .reflectPadding
    case .replicate: self = .replicatePadding
    }
  }

  private init(_ mode: Resize.Mode) {
    switch mode {
    case .nearest: self = .nearestResize
    case .bilinear: self = .bilinearResize
    }
  }
}
