import Conformance
import IR
import OpenCL
import Tensors
import TestSupport
import Testing

@testable import OpenCLExecutor

/// How attention on GPUs cuts its work.
@Suite struct AttentionTileTests {
  /// Channels of a head of the networks, and others.
  private static let heads = [1, 8, 24, 32, 40, 64, 72, 80, 96, 128, 160, 192, 384, 512, 1024]
    .map { AttentionHead(key: $0, value: $0) }

  /// Every GPU has a tile: OpenCL's least is 32 KiB of local memory.
  @Test(arguments: heads) func theSmallestTileFitsEverywhere(_ head: AttentionHead) throws {
    let smallest = try #require(FloatAttentionTile.tiles(for: head).last)
    #expect(smallest.localBytes <= 32 << 10 && smallest.groupSize <= 64)
    for tile in MatrixAttentionTile.tiles(for: head) {
      #expect(tile.localBytes <= 48 << 10, "what NVIDIA's devices have")
    }
  }

  @Test(arguments: heads) func groupsHaveAllChannels(_ head: AttentionHead) {
    let tiles: [any AttentionTile] =
      FloatAttentionTile.tiles(for: head) + MatrixAttentionTile.tiles(for: head)
    for tile in tiles {
      let groups = tile.groups(tile.queries + 1, head)
      #expect(groups.isMultiple(of: 2) && groups / 2 * tile.part >= head.value)
      #expect((groups / 2 - 1) * tile.part < head.value, "a group without channels")
    }
  }

  /// Every case, of which the list of all cases gives the GPU's kernels a part.
  @Test(arguments: ExecutorsUnderTest.gpuKernelsOnCPUs)
  func casesAgree(_ candidate: ExecutorUnderTest) throws {
    for subject in AttentionCases.all {
      let result = try checkCase(subject, on: candidate.candidate)
      #expect(result.passed, "\(result)")
    }
  }

  /// The strict mode computes as it always did.
  @Test(arguments: ((try? Device.all()) ?? []).filter(\.isCPU))
  func strictAttentionIsThePortableOne(_ device: Device) throws {
    let executor = try OpenCLExecutor(
      device, math: .strict, optimizesPrograms: false, family: .gpu)
    for subject in AttentionCases.all.suffix(8) {
      #expect(try executor.kernels(of: subject.graph()).contains("portable/attention/attention"))
      let result = try checkCase(subject, on: Candidate(executor, .f32))
      #expect(result.passed, "\(result)")
    }
  }

  /// A query has the same bits in every tile.
  @Test(arguments: ExecutorsUnderTest.gpuKernelsOnCPUs.filter { $0.caseStride < 12 })
  func noTileChangesABit(_ candidate: ExecutorUnderTest) throws {
    let executor = try #require(candidate.executor as? OpenCLExecutor)
    let head = AttentionHead(key: 24, value: 24)
    let graph = try Trace.graph { trace in
      let q = trace.input("q", [1, 48, 150, 1])
      let (k, v) = (trace.input("k", [1, 48, 70, 1]), trace.input("v", [1, 48, 70, 1]))
      return ["y": q.attending(to: k, v, heads: 2)]
    }
    let operands = Dictionary(
      uniqueKeysWithValues: [("q", 150), ("k", 70), ("v", 70)].map { name, tokens in
        let values = Values.normal(mean: 0, deviation: 2)
        return (name, SeededStream(named: name).tensor([1, 48, tokens, 1], values))
      })
    let tiles: [any AttentionTile] =
      candidate.dtype == .f16
      ? MatrixAttentionTile.tiles(for: head) : FloatAttentionTile.tiles(for: head)
    var results: [[Float]] = []
    for tile in tiles {
      results.append(try executor.plan(graph, weights: NoWeights()).run(operands)["y"]!.floats)
      // The next plan does without it.
      _ = executor.target.oversized.insert(tile.program(head))
    }
    #expect(results.count >= 3 && results.allSatisfy { $0 == results[0] })
  }

  /// A GPU with many units gets smaller tiles for few queries, whatever the batch.
  @Test func everyUnitHasAGroup() throws {
    let device = try #require(try Device.all().first)
    let target = Target(
      family: .gpu, dtype: .f32, math: .fast, device: device, features: GPUFeatures(),
      tuning: TuningTable.row(for: device, family: .gpu))
    let head = AttentionHead(key: 40, value: 40)
    let many = head.tile(queries: 64 * device.computeUnits, heads: 1, for: target)
    let few = head.tile(queries: 1, heads: 1, for: target)
    #expect(many.queries == 64)
    #expect(few.queries == (device.computeUnits > 2 ? 16 : 64))
  }
}
