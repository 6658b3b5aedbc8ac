import Tensors

/// Everything a graph can say. The set is closed: every executor switches over it exhaustively.
///
/// Tensors are logical and row-major; feature maps are NCHW. How a device stores them is the
/// executor's own business.
package enum Op: Hashable, Sendable {
  /// A named operand that the caller supplies at each run.
  case input(String)
  /// A parameter, addressed by its path in the checkpoint.
  case weight(String)

  case convolution(Convolution)
  case matmul(Matmul)
  case normalization(Normalization)
  case softmax(Softmax)
  case mean(Mean)
  case argmax(Argmax)
  case groupNormCoefficient(GroupNormCoefficient)
  case attention(Attention)
  case embedding(Embedding)
  case timestepEmbedding(TimestepEmbedding)
  case rotaryEmbedding(RotaryEmbedding)
  case localMean(LocalMean)
  case maxPool(MaxPool)
  case windowAttention(WindowAttention)
  case windowSimilarity(WindowSimilarity)
  case windowMixture(WindowMixture)
  case searchWindow(SearchWindow)
  case patchTransfer(PatchTransfer)

  case unary(Unary)
  case binary(Binary)

  case reshape(Reshape)
  case transpose(Transpose)
  case slice(Slice)
  case gather(Gather)
  case insertion(Insertion)
  case concatenation(Concatenation)
  case padding(Padding)
  case pixelShuffle(PixelShuffle)
  case pixelUnshuffle(PixelUnshuffle)
  case resize(Resize)

  /// The rule that derives the output shape, or nil for operands, which carry their own.
  package var rule: (any OpRule)? {
    switch self {
    case .input, .weight: nil
    case .convolution(let op): op
    case .matmul(let op): op
    case .normalization(let op): op
    case .softmax(let op): op
    case .mean(let op): op
    case .argmax(let op): op
    case .groupNormCoefficient(let op): op
    case .attention(let op): op
    case .embedding(let op): op
    case .timestepEmbedding(let op): op
    case .rotaryEmbedding(let op): op
    case .localMean(let op): op
    case .maxPool(let op): op
    case .windowAttention(let op): op
    case .windowSimilarity(let op): op
    case .windowMixture(let op): op
    case .searchWindow(let op): op
    case .patchTransfer(let op): op
    case .unary(let op): op
    case .binary(let op): op
    case .reshape(let op): op
    case .transpose(let op): op
    case .slice(let op): op
    case .gather(let op): op
    case .insertion(let op): op
    case .concatenation(let op): op
    case .padding(let op): op
    case .pixelShuffle(let op): op
    case .pixelUnshuffle(let op): op
    case .resize(let op): op
    }
  }

  /// The op's name as it appears in faults, reports and kernel names.
  package var name: String {
    switch self {
    case .input: "input"
    case .weight: "weight"
    case .convolution: "convolution"
    case .matmul: "matmul"
    case .normalization: "normalization"
    case .softmax: "softmax"
    case .mean: "mean"
    case .argmax: "argmax"
    case .groupNormCoefficient: "groupNormCoefficient"
    case .attention: "attention"
    case .embedding: "embedding"
    case .timestepEmbedding: "timestepEmbedding"
    case .rotaryEmbedding: "rotaryEmbedding"
    case .localMean: "localMean"
    case .maxPool: "maxPool"
    case .windowAttention: "windowAttention"
    case .windowSimilarity: "windowSimilarity"
    case .windowMixture: "windowMixture"
    case .searchWindow: "searchWindow"
    case .patchTransfer: "patchTransfer"
    case .unary(let op): op.rawName
    case .binary(let op): op.rawValue
    case .reshape: "reshape"
    case .transpose: "transpose"
    case .slice: "slice"
    case .gather: "gather"
    case .insertion: "insertion"
    case .concatenation: "concatenation"
    case .padding: "padding"
    case .pixelShuffle: "pixelShuffle"
    case .pixelUnshuffle: "pixelUnshuffle"
    case .resize: "resize"
    }
  }
}

extension Op {
  /// Terms that are summed into one element: see ``OpRule``.
  package func reductionLength(operands: [Shape]) -> Int {
    rule?.reductionLength(operands: operands) ?? 1
  }
}

/// What an op promises without saying how it is computed.
package protocol OpRule: Sendable {
  /// The output shape for operands of these shapes; throws the reason when they do not fit.
  func shape(of operands: [Shape]) throws(Misfit) -> Shape

  /// Floating-point operations of one evaluation, a multiply-add counting as two.
  func flops(operands: [Shape], output: Shape) -> Int

  /// Terms that are summed into one element of the result, which rounding errors grow with: 1 for
  /// ops that sum nothing.
  /// - Precondition: the op accepts `operands`.
  func reductionLength(operands: [Shape]) -> Int
}

/// An op that moves elements and computes none.
package protocol MovementRule: OpRule {}

extension MovementRule {
  package func flops(operands: [Shape], output: Shape) -> Int { 0 }

  package func reductionLength(operands: [Shape]) -> Int { 1 }
}

/// Why operands do not fit an op. The trace adds op, shapes and weight path: see ``Fault``.
package struct Misfit: Error, Hashable, Sendable {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
}

extension Array where Element == Shape {
  /// The operands when there are between `range.lowerBound` and `range.upperBound` of them.
  func checked(_ range: ClosedRange<Int>) throws(Misfit) -> [Shape] {
    guard range.contains(count) else { throw Misfit("\(count) operands") }
    return self
  }
}
