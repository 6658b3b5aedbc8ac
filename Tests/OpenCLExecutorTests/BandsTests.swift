import Testing

@testable import OpenCLExecutor

/// How images are cut into bands.
@Suite struct BandsTests {
  struct Cut: Sendable, CustomStringConvertible {
    let height: Int
    let lines: Int
    let above: Int
    let below: Int

    var bands: Bands {
      Bands(images: 2, height: height, width: 3, lines: lines, above: above, below: below)
    }

    var description: String { "\(height) lines by \(lines), window \(above) + 1 + \(below)" }
  }

  private static let cuts = [1, 2, 3, 7, 8, 17].flatMap { height in
    [1, 2, 3, 5, 16].flatMap { lines in
      [(0, 0), (1, 1), (2, 2), (0, 2), (3, 1), (4, 4)].map {
        Cut(height: height, lines: lines, above: $0, below: $1)
      }
    }
  }

  @Test(arguments: cuts) func everyLineIsComputedOnce(_ cut: Cut) {
    for image in 0..<2 {
      let bands = cut.bands.all.filter { $0.image == image }
      #expect(bands.flatMap(\.lines) == Array(0..<cut.height))
      #expect(bands.flatMap(\.fresh) == Array(0..<cut.height))
    }
  }

  /// A line stays in the ring until the last window that sees it has passed.
  @Test(arguments: cuts) func theRingHoldsEveryWindow(_ cut: Cut) {
    let bands = cut.bands
    var ring = [Int?](repeating: nil, count: bands.ring)
    for band in bands.all {
      for line in band.fresh { ring[line % bands.ring] = band.image * cut.height + line }
      let seen =
        max(
          0, band.lines.lowerBound - cut.above)..<min(cut.height, band.lines.upperBound + cut.below)
      for line in seen {
        #expect(ring[line % bands.ring] == band.image * cut.height + line)
      }
    }
  }

  @Test func stepsTakeTurns() {
    func step(_ globals: [[Int]]) -> Step {
      Step(program: ProgramText(file: ""), entry: "", arguments: [], globals: globals, label: "")
    }
    let steps = [step([[1]]), step([[4], [0], [2]]), step([[1], [1], [1]])]
    let turns = Schedule(steps, rounds: [0..<1, 1..<3]).turns
    #expect(turns.map(\.step) == [0, 1, 2, 2, 1, 2])
    #expect(turns.map(\.pass) == [0, 0, 0, 1, 2, 2])
  }
}
