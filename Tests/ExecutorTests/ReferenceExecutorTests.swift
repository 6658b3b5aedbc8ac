import IR
import ReferenceExecutor
import Tensors
import Testing

/// Results that can be checked by hand.
@Suite struct ReferenceExecutorTests {
  @Test func convolutionCountsNeighbours() throws {
    let x = HostTensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])
    let ones = HostTensor([1, 1, 3, 3], [Float](repeating: 1, count: 9))
    let sums = try evaluate(
      .convolution(Convolution(padding: .all(1))), on: [x, ones, HostTensor([1], [100])])
    #expect(sums.floats == [112, 121, 116, 112, 121, 116])
  }

  /// Cross-correlation: the kernel is not flipped.
  @Test func convolutionKeepsTheKernelsDirection() throws {
    let impulse = HostTensor([1, 1, 1, 4], [0, 1, 0, 0])
    let kernel = HostTensor([1, 1, 1, 2], [10, 20])
    #expect(
      try evaluate(.convolution(Convolution()), on: [impulse, kernel]).floats == [20, 10, 0])
  }

  @Test func matmulMultiplies() throws {
    let a = HostTensor([2, 2], [1, 2, 3, 4])
    let b = HostTensor([2, 2], [5, 6, 7, 8])
    #expect(try evaluate(.matmul(Matmul()), on: [a, b]).floats == [19, 22, 43, 50])
    let second = Matmul(transposesSecond: true)
    #expect(try evaluate(.matmul(second), on: [a, b]).floats == [17, 23, 39, 53])
    let first = Matmul(transposesFirst: true)
    #expect(try evaluate(.matmul(first), on: [a, b]).floats == [26, 30, 38, 44])
  }

  @Test func normalizationsOfOneLine() throws {
    let x = HostTensor([1, 2], [3, -4])
    let gain = HostTensor([2], [2, 2])
    func normalize(_ kind: Normalization.Kind, _ operands: [HostTensor]) throws -> [Float] {
      let op = Normalization(kind, axis: 1, epsilon: 0)
      return try evaluate(.normalization(op), on: operands).floats
    }
    #expect(try normalize(.layer, [x, gain, HostTensor([2], [1, 1])]) == [3, -1])
    #expect(try normalize(.biasFree, [x, gain]) == [6 / 3.5, -8 / 3.5])
    #expect(try normalize(.l2, [x]) == [0.6, -0.8])
  }

  @Test func sumsDoNotLoseSmallTerms() throws {
    let x = HostTensor([4], [1e8, 1, -1e8, 1])
    #expect(try evaluate(.mean(Mean(axes: [0])), on: [x]).floats == [0.5])
  }

  @Test func softmaxOfLargeArguments() throws {
    let x = HostTensor([2], [1000, 1000])
    #expect(try evaluate(.softmax(Softmax(axis: 0)), on: [x]).floats == [0.5, 0.5])
  }

  @Test func scalarsBroadcast() throws {
    let sum = try evaluate(
      .binary(.add), on: [HostTensor([], [1]), HostTensor([2, 2], [1, 2, 3, 4])])
    #expect(sum.floats == [2, 3, 4, 5])
  }

  @Test func reflectionLeavesOutTheBorder() throws {
    let x = HostTensor([1, 1, 1, 3], [1, 2, 3])
    let op = Padding(.reflect, Edges(left: 2, right: 2))
    #expect(try evaluate(.padding(op), on: [x]).floats == [3, 2, 1, 2, 3, 2, 1])
  }

  @Test func nonFiniteValuesTravel() throws {
    let x = HostTensor([3], [.nan, .infinity, -.infinity])
    let relu = try evaluate(.unary(.relu), on: [x]).floats
    #expect(relu[0].isNaN && relu[1] == .infinity && relu[2] == 0)
    #expect(try evaluate(.softmax(Softmax(axis: 0)), on: [x]).floats.allSatisfy(\.isNaN))
  }

  @Test func otherElementTypesAreRead() throws {
    let halves = HostTensor(
      shape: [2], type: .f16,
      storage: TensorStorage(byteCount: 4) {
        $0.copyBytes(from: [0x00, 0x3e, 0x00, 0xc0])
      })
    #expect(try evaluate(.unary(.affine(scale: 1, offset: 0)), on: [halves]).floats == [1.5, -2])
  }
}
