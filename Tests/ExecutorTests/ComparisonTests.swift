import Tensors
import Testing

@Suite struct ComparisonTests {
  private let expected = HostTensor([2, 2], [1, 2, -4, 0.5])

  @Test func equalTensorsPassEverything() {
    let comparison = Comparison(expected, with: expected)
    #expect(comparison.maxAbs == 0 && comparison.nmse == 0 && comparison.meanAbs == 0)
    #expect(comparison.psnr == .infinity)
    #expect(comparison.worst == nil)
    #expect(comparison.passes(.exact))
    #expect(comparison.passes(.operation(.f16)))
  }

  @Test func measuresAgreeWithTheirFormulas() throws {
    let actual = HostTensor([2, 2], [1, 2.5, -4.25, 0.5])
    let comparison = Comparison(actual, with: expected)
    #expect(comparison.maxAbs == 0.5)
    #expect(comparison.meanAbs == 0.1875)
    #expect(comparison.nmse == 0.3125 / 21.25)
    #expect(abs(comparison.psnr - 23.1133) < 1e-4)
    #expect(abs(Comparison(actual, with: expected, leastPeak: 8).psnr - 29.1339) < 1e-4)
    let worst = try #require(comparison.worst)
    #expect(worst.index == [0, 1] && worst.actual == 2.5 && worst.expected == 2)
    #expect(
      comparison.description
        == "max|d| 0.5, mean|d| 0.188, NMSE 0.0147, PSNR 23.1 dB, "
        + "worst at [0, 1]: 2.5, expected 2.0")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aNonFiniteElementOnOneSideFails(_ element: Float) throws {
    let broken = HostTensor([2, 2], [1, 2, element, 0.5])
    for comparison in [Comparison(broken, with: expected), Comparison(expected, with: broken)] {
      #expect(comparison.nonFiniteMismatches == 1)
      #expect(comparison.maxAbs == .infinity)
      #expect(comparison.worst?.index == [1, 0])
      #expect(!comparison.passes(.network(.f32)) && !comparison.passes(.network(.f16)))
      #expect(!comparison.passes(.operation(.f32)))
      #expect(comparison.description.contains("1 elements are non-finite on one side only"))
    }
  }

  @Test func sharedNonFiniteElementsAgreeAndAreReported() {
    let holes = HostTensor([3], [.nan, .infinity, 2])
    let same = Comparison(holes, with: holes)
    #expect(same.passes(.exact) && same.sharedNonFinite == 2)
    #expect(same.description.contains("2 elements non-finite on both sides"))
    let opposite = Comparison(HostTensor([1], [.infinity]), with: HostTensor([1], [-.infinity]))
    #expect(!opposite.passes(.exact))
  }

  @Test func differentShapesFail() {
    let comparison = Comparison(expected.reshaped([4]), with: expected)
    #expect(!comparison.passes(.exact) && !comparison.passes(.operation(.f16)))
    #expect(comparison.description == "shape [4] where [2, 2] is expected")
  }

  @Test func nothingExpectedAndSomethingThere() {
    let comparison = Comparison(HostTensor([2], [0, 1e-9]), with: HostTensor([2], [0, 0]))
    #expect(comparison.nmse == .infinity)
    #expect(!comparison.passes(.operation(.f32)))
  }

  @Test func theBoundGrowsWithLongSumsOnly() {
    #expect(Tolerance.operation(.f32, reduction: 27).limits == [.nmse(1e-11)])
    #expect(Tolerance.operation(.f32, reduction: 8192).limits == [.nmse(2e-11)])
  }
}
