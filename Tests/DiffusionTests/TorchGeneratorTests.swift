import Checkpoints
import Diffusion
import Paths
import Tensors
import Testing

/// The CPU stream against PyTorch, bit for bit: `tools/fixtures/random_streams.py` makes the draws.
@Suite struct TorchGeneratorTests {
  private static let seeds: [UInt64] = [0, 42, 0xffff_ffff, 1 << 32 + 7, 1 << 63 + 12345]
  private static let sizes = [1, 2, 3, 16, 15, 17, 5, 31, 64, 7, 100]

  private func expected(_ name: String) throws -> [Float] {
    try SafetensorsFile(path: Path(fixture("random.safetensors").path)).tensor(named: name).floats
  }

  @Test(arguments: seeds) func drawsNormals(_ seed: UInt64) throws {
    var generator = TorchGenerator(seed: seed)
    let draws = Self.sizes.flatMap { generator.normals([$0]).floats }
    #expect(draws.map(\.bitPattern) == (try expected("\(seed)")).map(\.bitPattern))
  }

  @Test(arguments: seeds) func drawsAMillionNormals(_ seed: UInt64) throws {
    var generator = TorchGenerator(seed: seed)
    let hash = generator.normals([1_000_003]).floats.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3
    }
    let bytes = (0..<8).map { Float(UInt8(truncatingIfNeeded: hash >> ($0 * 8))) }
    #expect(bytes == (try expected("\(seed)/hash")))
  }

  @Test(arguments: seeds) func drawsUniforms(_ seed: UInt64) throws {
    var generator = TorchGenerator(seed: seed)
    #expect((0..<40).map { _ in generator.uniform() } == (try expected("\(seed)/rand")))
  }

  @Test func theTwisterGivesItsPublishedValue() {
    // ISO C++, [rand.predef]: the 10,000th value of a default mt19937.
    var twister = MersenneTwister(seed: 5489)
    for _ in 0..<9999 { _ = twister.word() }
    #expect(twister.word() == 4_123_659_995)
  }
}
