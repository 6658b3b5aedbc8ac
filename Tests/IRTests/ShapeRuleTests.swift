import IR
import Tensors
import Testing

/// Operands that no op may accept: each is a misfit, none a trap.
@Suite struct ShapeRuleTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let op: Op
    let operands: [Shape]
    var testDescription: String { "\(op.name) \(operands)" }
  }

  private static func windowAttention(_ arrangement: Windows.Arrangement) -> Op {
    .windowAttention(
      WindowAttention(
        heads: 2, scale: 1, windows: Windows(height: 2, width: 2, arrangement)))
  }

  static let refusals: [Refusal] = [
    Refusal(op: .convolution(Convolution()), operands: [[1, 3, 8, 8]]),
    Refusal(op: .convolution(Convolution()), operands: [[3, 8, 8], [4, 3, 1, 1]]),
    Refusal(op: .convolution(Convolution()), operands: [[1, 3, 8, 8], [4, 2, 1, 1]]),
    Refusal(op: .convolution(Convolution()), operands: [[1, 3, 8, 8], [4, 3, 1, 1], [3]]),
    Refusal(op: .convolution(Convolution(stride: 0)), operands: [[1, 3, 8, 8], [4, 3, 1, 1]]),
    Refusal(op: .convolution(Convolution(groups: 0)), operands: [[1, 3, 8, 8], [4, 3, 1, 1]]),
    Refusal(op: .convolution(Convolution(groups: 3)), operands: [[1, 3, 8, 8], [4, 1, 1, 1]]),
    Refusal(
      op: .convolution(Convolution(padding: .all(-1))), operands: [[1, 3, 8, 8], [4, 3, 1, 1]]),
    Refusal(op: .matmul(Matmul()), operands: [[2, 3], [4, 5]]),
    Refusal(op: .matmul(Matmul()), operands: [[3], [3]]),
    Refusal(op: .matmul(Matmul()), operands: [[2, 4, 3], [1, 3, 5]]),
    Refusal(
      op: .normalization(Normalization(.layer, axis: 1, epsilon: 0)),
      operands: [[1, 3, 2, 2], [4], [4]]),
    Refusal(
      op: .normalization(Normalization(.layer, axis: 4, epsilon: 0)),
      operands: [[1, 3, 2, 2], [3], [3]]),
    Refusal(
      op: .normalization(Normalization(.l2, axis: 1, epsilon: 0)), operands: [[1, 3, 2, 2], [3]]),
    Refusal(op: .softmax(Softmax(axis: -1)), operands: [[2, 3]]),
    Refusal(op: .softmax(Softmax(axis: 1, largest: 4)), operands: [[2, 3]]),
    Refusal(op: .mean(Mean(axes: [])), operands: [[2, 3]]),
    Refusal(op: .mean(Mean(axes: [1, 1])), operands: [[2, 3]]),
    Refusal(op: .mean(Mean(axes: [2])), operands: [[2, 3]]),
    Refusal(op: .unary(.gelu), operands: [[2], [2]]),
    Refusal(op: .binary(.add), operands: [[2, 3], [2]]),
    Refusal(op: .reshape(Reshape([5])), operands: [[2, 3]]),
    Refusal(op: .reshape(Reshape([-2, -3])), operands: [[2, 3]]),
    Refusal(op: .transpose(Transpose([0, 0])), operands: [[2, 3]]),
    Refusal(op: .slice(Slice(axis: 0, start: 1, count: 2)), operands: [[2, 3]]),
    Refusal(op: .slice(Slice(axis: 2, start: 0, count: 1)), operands: [[2, 3]]),
    Refusal(op: .concatenation(Concatenation(axis: 1)), operands: []),
    Refusal(op: .concatenation(Concatenation(axis: 1)), operands: [[1, 2], [2, 2]]),
    Refusal(op: .padding(Padding(.reflect, .all(2))), operands: [[1, 1, 2, 5]]),
    Refusal(op: .padding(Padding(.zero, .all(-1))), operands: [[1, 1, 2, 5]]),
    Refusal(op: .pixelShuffle(PixelShuffle(factor: 2)), operands: [[1, 6, 2, 2]]),
    Refusal(op: .pixelUnshuffle(PixelUnshuffle(factor: 2)), operands: [[1, 6, 2, 3]]),
    Refusal(op: .resize(Resize(.nearest, height: 0, width: 3)), operands: [[1, 6, 2, 3]]),
    Refusal(op: .localMean(LocalMean(height: 3, width: 3)), operands: [[1, 6, 2, 3]]),
    Refusal(op: windowAttention(.blocks), operands: [[1, 6, 4, 4], [1, 6, 4, 4], [1, 6, 4, 4]]),
    Refusal(
      op: windowAttention(.blocks),
      operands: [[1, 6, 4, 3], [1, 6, 4, 3], [1, 6, 4, 3], [2, 3, 3]]),
    Refusal(
      op: windowAttention(.blocks),
      operands: [[1, 6, 4, 4], [1, 4, 4, 4], [1, 6, 4, 4], [2, 3, 3]]),
    Refusal(
      op: windowAttention(.blocks),
      operands: [[1, 6, 4, 4], [1, 6, 4, 4], [1, 6, 4, 4], [2, 3, 4]]),
    Refusal(
      op: windowAttention(.shifted(down: 2, right: 0)),
      operands: [[1, 6, 4, 4], [1, 6, 4, 4], [1, 6, 4, 4], [2, 3, 3]]),
    Refusal(
      op: windowAttention(.overlapping(by: -1)),
      operands: [[1, 6, 4, 4], [1, 6, 4, 4], [1, 6, 4, 4], [2, 1, 1]]),
    Refusal(
      op: .windowSimilarity(WindowSimilarity(heads: 1, window: 0)), operands: [[1, 6, 2, 3]]),
    Refusal(
      op: .windowSimilarity(WindowSimilarity(heads: 3, window: 2)), operands: [[1, 6, 2, 3]]),
    Refusal(
      op: .windowSimilarity(WindowSimilarity(heads: 1, window: 2)), operands: [[1, 7, 2, 3]]),
    Refusal(
      op: .windowMixture(WindowMixture(window: 2)), operands: [[1, 6, 2, 3], [1, 1, 1, 2, 2]]),
  ]

  @Test(arguments: refusals)
  func refuses(_ refusal: Refusal) {
    #expect(throws: Misfit.self) { try refusal.op.rule!.shape(of: refusal.operands) }
  }

  /// Of windows of four lines with keys of two, shifts by one and two leave a key that is whole.
  @Test(arguments: 0..<4) func shiftsLeaveAKey(_ shift: Int) throws {
    let windows = Windows(height: 4, width: 4, .shifted(down: shift, right: 0), fold: 2)
    let op = WindowAttention(heads: 2, scale: 1, windows: windows)
    let operands: [Shape] = [[1, 8, 8, 8], [1, 2, 8, 8], [1, 2, 8, 8], [2, 3, 3]]
    if shift <= 2 {
      #expect(try op.shape(of: operands) == [1, 8, 8, 8])
    } else {
      #expect(throws: Misfit.self) { try op.shape(of: operands) }
    }
  }

  @Test func acceptsEdgeCases() throws {
    let odd = Convolution(stride: 2, dilation: 2, padding: Edges(top: 1, bottom: 2, right: 3))
    #expect(try odd.shape(of: [[1, 3, 9, 7], [4, 3, 3, 2]]) == [1, 4, 4, 4])
    #expect(try Binary.add.shape(of: [[], [2, 3]]) == [2, 3])
    #expect(try Transpose([]).shape(of: [[]]) == [])
    let first = Matmul(transposesFirst: true)
    #expect(try first.shape(of: [[2, 5, 3], [2, 5, 4]]) == [2, 3, 4])
  }
}
