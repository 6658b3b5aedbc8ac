import Diffusion
import Tensors
import Testing

@Suite struct PhiloxTests {
  /// The known answers that Random123 publishes for philox4x32 with 10 rounds.
  @Test func givesTheKnownAnswers() {
    let ones = UInt32.max
    #expect(
      Philox(key: 0)([0, 0, 0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(
      Philox(key: .max)([ones, ones, ones, ones])
        == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      Philox(key: 0x299f_31d0_a409_3822)([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344])
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  /// `torch.randn(3, 4, device="cuda")` after `torch.manual_seed(0)`, as the documentation of
  /// stable-diffusion-webui's generator quotes it.
  @Test func followsCUDA() {
    var generator = CUDAGenerator(seed: 0)
    let expected: [Float] = [
      -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564, -0.62285122,
      -0.32838709, -1.07454231, -0.36314407, -1.67105067, 2.26550497,
    ]
    for (value, expected) in zip(generator.normals([3, 4]).floats, expected) {
      #expect(abs(value - expected) < 2e-6)
    }
  }

  /// PyTorch's kernel: with 256 threads, value i is lane i / 256 of thread i % 256; later rounds
  /// and later draws go on with the next counter.
  @Test func stridesOverLargeDraws() {
    var small = CUDAGenerator(seed: 9, multiprocessors: 1, threadsPerMultiprocessor: 256)
    let draws = [small.normals([1500]).floats, small.normals([10]).floats]
    let lanes = (0..<3).map { counter in
      // A GPU with a thread for every value gives the first lane of each counter.
      var wide = CUDAGenerator(seed: 9)
      for _ in 0..<counter { _ = wide.normals([1]) }
      return wide.normals([256]).floats
    }
    #expect(Array(draws[0][..<256]) == lanes[0])
    #expect(Array(draws[0][1024..<1280]) == lanes[1])
    #expect(draws[1] == Array(lanes[2][..<10]))
    #expect(Set(draws[0]).count > 1490)
  }

  @Test(arguments: [1, 4, 5, 1023]) func ownStreamDoesNotDependOnTheSize(_ size: Int) {
    var (short, long) = (CounterStream(seed: 3), CounterStream(seed: 3))
    #expect(short.normals([size]).floats == Array(long.normals([2000]).floats[..<size]))
    #expect(short.normals([size]).floats == Array(long.normals([2000]).floats[..<size]))
  }

  @Test(arguments: RandomStream.allCases) func isStandardNormal(_ stream: RandomStream) {
    var source = stream.seeded(12)
    let values = source.normals([400_000]).floats.map { Double($0) }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + $1 * $1 } / count
    let kurtosis = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
    #expect(abs(mean) < 0.008)
    #expect(abs(variance - 1) < 0.012)
    #expect(abs(kurtosis - 3) < 0.08)
  }

  @Test func imageSeedsDependOnSeedAndPath() {
    let paths = (0..<1000).map { "folder/image \($0).png" }
    let seeds = [42, 43].flatMap { seed in paths.map { RandomStream.imageSeed(seed, path: $0.utf8) }
    }
    #expect(Set(seeds).count == 2000)
    #expect(
      RandomStream.imageSeed(42, path: "a.png".utf8)
        == RandomStream.imageSeed(42, path: "a.png".utf8))
    // Half of the low 32 bits, which are all that PyTorch's CPU generator sees, differ on average.
    let flips = zip(seeds, seeds.dropFirst()).map { UInt32(truncatingIfNeeded: $0 ^ $1) }
    let share = Double(flips.reduce(0) { $0 + $1.nonzeroBitCount }) / Double(32 * flips.count)
    #expect(abs(share - 0.5) < 0.02)
  }
}
