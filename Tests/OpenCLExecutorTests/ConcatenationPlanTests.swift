import Conformance
import IR
import OpenCL
import Tensors
import Testing

@testable import OpenCLExecutor

/// Concatenations whose operands are written in place, and slices that are read where they lie.
@Suite struct ConcatenationPlanTests {
  /// ESRGAN's dense block on `channels`, each layer of which adds 32.
  private static func dense(_ channels: Int, layers: Int = 3) -> GraphCase {
    GraphCase("dense block of \(channels)", [1, 16, 24, 20]) { x, w in
      let x = x.conv(w.first, to: channels)
      let seen = (0..<layers).reduce(x) { seen, i in
        seen.concatenated(with: seen.conv(w.layers[i], to: 32, kernel: 3).leakyRelu(0.2))
      }
      return x + seen.conv(w.out, to: channels, kernel: 3) * 0.2
    }
  }

  private static let skip = GraphCase("skip", [1, 16, 8, 8]) { x, w in
    let high = x.conv(w.first, to: 32, kernel: 3)
    let low = high.conv(w.down, to: 64, kernel: 2, stride: 2)
    return low.conv(w.up, to: 128).pixelShuffled(2).concatenated(with: high).conv(w.out, to: 16)
  }

  private static let shared = GraphCase("read on", [1, 16, 8, 8]) { x, w in
    let y = x.conv(w.first, to: 16)
    let both = y.concatenated(with: y.conv(w.second, to: 16, kernel: 3))
    return y + both.conv(w.third, to: 16, kernel: 3).gelu.conv(w.out, to: 16, kernel: 3)
  }

  private static let lanes = GraphCase("lanes", [1, 16, 8, 8]) { x, w in
    let parts = x.conv(w.first, to: 48).split(3)
    return (parts[0] * parts[1].sigmoid).conv(w.out, to: 16) + parts[2].conv(w.side, to: 16)
  }

  /// Besides the copies of the operand and of the result there are those of operands that begin
  /// within a vector or are read longer than the concatenation.
  @Test(arguments: KernelFamily.allCases)
  func copiesAreLeftOut(_ family: KernelFamily) throws {
    #expect(try Self.copies(of: Self.dense(32), family) == 2)
    #expect(try Self.copies(of: Self.dense(40), family) == 2 + 6)
    #expect(try Self.copies(of: Self.skip, family) == 2)
    #expect(try Self.copies(of: Self.shared, family) == 2 + 1)
    #expect(try Self.copies(of: Self.lanes, family) == 2)
  }

  /// The rows of the whole block beside the operand and the result.
  @Test func aDenseBlockLivesInOneBlock() throws {
    let executor = try OpenCLExecutor(Device.all()[0], math: .strict, family: .cpu)
    let lowered = try executor.unweighted(try Self.dense(32).graph())
    let pixels = 24 * 20 * 4
    #expect(Set(lowered.blocks.map(\.size)) == [16 * pixels, 32 * pixels, 128 * pixels])
    #expect(lowered.blocks.count { $0.size == 128 * pixels } == 1)
  }

  /// A value in place has the bits that it has by itself, in Winograd's form and in direct sums.
  @Test(arguments: [dense(32), skip, lanes], DType.allCases)
  func placesChangeNoBit(_ subject: GraphCase, dtype: DType) throws {
    let graph = try subject.graph()
    let weights = SeededWeights(graph.manifest, seed: subject.name)
    let operands = graph.sampleOperands
    for device in try Device.all() where device.isCPU {
      let results = try [true, false].map { placesOperands in
        let executor = try OpenCLExecutor(device, dtype: dtype, placesOperands: placesOperands)
        return try executor.plan(graph, weights: weights).run(operands).mapValues(\.floats)
      }
      #expect(results[0] == results[1], "\(subject.name) on \(device.name)")
    }
  }

  private static func copies(of subject: GraphCase, _ family: KernelFamily) throws -> Int {
    let executor = try OpenCLExecutor(Device.all()[0], family: family)
    return try executor.unweighted(try subject.graph()).steps.count {
      $0.program.file == "portable/movement"
    }
  }
}
