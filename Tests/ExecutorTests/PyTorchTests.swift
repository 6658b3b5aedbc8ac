import Checkpoints
import Conformance
import Foundation
import IR
import Paths
import ReferenceExecutor
import Tensors
import Testing

/// The reference against PyTorch in float64: `tools/fixtures/ops.py` makes the fixture, whose
/// tensors are called `CASE/0`, `CASE/1`, ... and `CASE/result`.
@Suite struct PyTorchTests {
  private static let cases: [String: Op] = [
    "convolution pointwise": .convolution(Convolution()),
    "convolution 3x3": .convolution(Convolution(padding: .all(1))),
    "convolution 3x3 stride 2": .convolution(Convolution(stride: 2, padding: .all(1))),
    "convolution 2x2 stride 2": .convolution(Convolution(stride: 2)),
    "convolution 3x3 dilation 2": .convolution(Convolution(dilation: 2, padding: .all(2))),
    "convolution depthwise": .convolution(Convolution(groups: 13, padding: .all(1))),
    "convolution grouped": .convolution(Convolution(groups: 3, padding: .all(1))),
    "convolution asymmetric":
      .convolution(Convolution(stride: 2, padding: Edges(top: 2, bottom: 1, right: 3))),
    "convolution 7x7": .convolution(Convolution(padding: .all(3))),
    "convolution linear": .convolution(Convolution()),
    "attention": .attention(Attention(heads: 3, scale: 0.25)),
    "attention causal": .attention(Attention(heads: 2, scale: 0.3, isCausal: true)),
    "attention later": .attention(
      Attention(heads: 2, scale: 0.3, isCausal: true, startsLater: true)),
    "attention masked": .attention(Attention(heads: 2, scale: 0.3)),
    "group norm scale": .groupNormCoefficient(
      GroupNormCoefficient(.scale, groups: 4, epsilon: 1e-5)),
    "group norm shift": .groupNormCoefficient(
      GroupNormCoefficient(.shift, groups: 4, epsilon: 1e-5)),
    "embedding": .embedding(Embedding()),
    "gather": .gather(Gather()),
    "insertion": .insertion(Insertion()),
    "rotary embedding": .rotaryEmbedding(RotaryEmbedding(heads: 3)),
    "rotary embedding interleaved": .rotaryEmbedding(
      RotaryEmbedding(heads: 3, base: 100, isInterleaved: true)),
    "argmax": .argmax(Argmax(axis: 1)),
    "timestep embedding": .timestepEmbedding(
      TimestepEmbedding(dimension: 10, cosineFirst: true, frequencyShift: 0)),
    "timestep embedding sine": .timestepEmbedding(
      TimestepEmbedding(dimension: 8, cosineFirst: false, frequencyShift: 1)),
    "search window": .searchWindow(
      SearchWindow(mapHeight: 4, mapWidth: 7, height: 3, width: 5)),
    "search window picks": .searchWindow(
      SearchWindow(mapHeight: 4, mapWidth: 7, height: 3, width: 5)),
    "patch transfer": .patchTransfer(PatchTransfer(side: 4, rows: 1, columns: 2, scale: 2)),
    "quick gelu": .unary(.quickGelu),
    "matmul": .matmul(Matmul()),
    "matmul NT": .matmul(Matmul(transposesSecond: true)),
    "matmul TN": .matmul(Matmul(transposesFirst: true)),
    "matmul TT": .matmul(Matmul(transposesFirst: true, transposesSecond: true)),
    "layer norm": .normalization(Normalization(.layer, axis: 1, epsilon: 1e-6)),
    "layer norm last": .normalization(Normalization(.layer, axis: 2, epsilon: 1e-5)),
    "layer norm no shift": .normalization(Normalization(.layer, axis: 1, epsilon: 1e-6)),
    "bias-free norm": .normalization(Normalization(.biasFree, axis: 1, epsilon: 1e-5)),
    "rms norm": .normalization(Normalization(.rootMeanSquare, axis: 1, epsilon: 1e-5)),
    "l2 norm": .normalization(Normalization(.l2, axis: 3, epsilon: 1e-12)),
    "l2 norm middle": .normalization(Normalization(.l2, axis: 1, epsilon: 1e-12)),
    "softmax last": .softmax(Softmax(axis: 2)),
    "softmax middle": .softmax(Softmax(axis: 1)),
    "softmax of largest": .softmax(Softmax(axis: 2, largest: 11)),
    "mean pixels": .mean(Mean(axes: [2, 3])),
    "mean channels": .mean(Mean(axes: [1])),
    "mean outer": .mean(Mean(axes: [0, 2])),
    "relu": .unary(.relu),
    "leaky relu": .unary(.leakyRelu(slope: 0.2)),
    "mish": .unary(.mish),
    "sigmoid": .unary(.sigmoid),
    "silu": .unary(.silu),
    "gelu": .unary(.gelu),
    "exp": .unary(.exp),
    "sqrt": .unary(.sqrt),
    "affine": .unary(.affine(scale: -1.5, offset: 0.25)),
    "add": .binary(.add),
    "subtract": .binary(.subtract),
    "multiply": .binary(.multiply),
    "divide": .binary(.divide),
    "prelu": .binary(.prelu),
    "reshape": .reshape(Reshape([2, 3, 20])),
    "transpose": .transpose(Transpose([2, 0, 3, 1])),
    "slice": .slice(Slice(axis: 1, start: 3, count: 5)),
    "concatenation": .concatenation(Concatenation(axis: 1)),
    "padding constant": .padding(Padding(.zero, Edges(top: 2, left: 1, right: 3))),
    "padding reflect": .padding(Padding(.reflect, Edges(top: 2, left: 1, right: 3))),
    "padding replicate": .padding(Padding(.replicate, Edges(top: 2, left: 1, right: 3))),
    "pixel shuffle": .pixelShuffle(PixelShuffle(factor: 2)),
    "pixel shuffle by 3": .pixelShuffle(PixelShuffle(factor: 3)),
    "pixel unshuffle": .pixelUnshuffle(PixelUnshuffle(factor: 2)),
    "nearest 11x13": .resize(Resize(.nearest, height: 11, width: 13)),
    "nearest 3x4": .resize(Resize(.nearest, height: 3, width: 4)),
    "nearest 10x14": .resize(Resize(.nearest, height: 10, width: 14)),
    "bilinear 11x13": .resize(Resize(.bilinear, height: 11, width: 13)),
    "bilinear 3x4": .resize(Resize(.bilinear, height: 3, width: 4)),
    "bilinear 10x14": .resize(Resize(.bilinear, height: 10, width: 14)),
    "local mean": .localMean(LocalMean(height: 3, width: 2)),
    "max pooling": .maxPool(MaxPool(side: 3, stride: 2)),
    "window attention": windows(Windows(height: 2, width: 3)),
    "window attention folded": windows(
      Windows(height: 4, width: 4, .shifted(down: 2, right: 2), fold: 2)),
    "window attention shifted": windows(
      Windows(height: 2, width: 4, .shifted(down: 1, right: 3))),
    "window attention overlapping": windows(
      Windows(height: 4, width: 4, .overlapping(by: 1), offset: .keyMinusQuery)),
    "window attention grid": windows(Windows(height: 2, width: 4, .grid)),
    "window similarity": .windowSimilarity(WindowSimilarity(heads: 2, window: 4)),
    "window mixture": .windowMixture(WindowMixture(window: 4)),
  ]

  private static func windows(_ windows: Windows) -> Op {
    .windowAttention(WindowAttention(heads: 2, scale: 0.3, windows: windows))
  }

  /// Every op and every kind of one is there.
  @Test func fixtureIsComplete() {
    let missing = Set(OpKind.allCases).subtracting(Self.cases.values.compactMap(OpKind.init))
    #expect(missing.isEmpty)
  }

  @Test func everyCaseOfTheFixture() throws {
    let folder = try #require(Bundle.module.resourceURL)
    let file = try SafetensorsFile(
      path: Path(folder.appendingPathComponent("Fixtures/ops.safetensors").path))
    var operands: [String: [String]] = [:]
    for name in file.entries.map(\.name).sorted() where !name.hasSuffix("/result") {
      operands[String(name[..<name.lastIndex(of: "/")!]), default: []].append(name)
    }
    #expect(Set(operands.keys) == Set(Self.cases.keys))
    for (name, op) in Self.cases.sorted(by: { $0.key < $1.key }) {
      let tensors = try operands[name, default: []].map { try file.tensor(named: $0) }
      let expected = try file.tensor(named: "\(name)/result")
      let comparison = Comparison(try evaluate(op, on: tensors), with: expected)
      #expect(comparison.passes(.rounding), "\(name): \(comparison)")
    }
  }
}
