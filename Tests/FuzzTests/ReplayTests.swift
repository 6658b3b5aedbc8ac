import Foundation
import FuzzTargets
import Testing

/// The fuzzers' corpora, and changes to them, without libFuzzer.
@Suite struct ReplayTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("FuzzTargets/Corpus")

  private static func files(_ target: FuzzTarget) throws -> [[UInt8]] {
    let folder = corpus.appendingPathComponent(target.rawValue)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))
    }
  }

  /// A corpus reaches the good and the bad ends of its reader.
  @Test(arguments: FuzzTarget.built)
  func theCorpusIsReadOrRefused(_ target: FuzzTarget) throws {
    let verdicts = try Self.files(target).map { $0.withUnsafeBytes(target.accepts) }
    #expect(verdicts.contains(true) && verdicts.contains(false))
  }

  @Test(arguments: FuzzTarget.built)
  func changedFilesAreReadOrRefused(_ target: FuzzTarget) throws {
    var random = SeededGenerator(state: 1)
    var refused = 0
    for file in try Self.files(target) where !file.isEmpty {
      for _ in 0..<20 {
        var changed = file
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = changed.indices.randomElement(using: &random)!
          changed[place] = .random(in: 0...255, using: &random)
        }
        if !changed.withUnsafeBytes(target.accepts) { refused += 1 }
      }
    }
    #expect(refused > 0)
  }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
